using System;
using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Linq;

namespace Kioto.AspNetCore.Tests;

/// <summary>Which types are allocated, by samples of .NET's own: one each 100 KB.</summary>
internal sealed class AllocationSampler : EventListener
{
    private const EventKeywords Gc = (EventKeywords)1;

    private readonly ConcurrentDictionary<string, int> _samples = new();

    public override string ToString() =>
        string.Join("; ", _samples.OrderByDescending(pair => pair.Value).Take(12).Select(pair => $"{pair.Value} {pair.Key}"));

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
        {
            EnableEvents(eventSource, EventLevel.Verbose, Gc);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("GCAllocationTick", StringComparison.Ordinal) == true && eventData.PayloadNames is { } names)
        {
            int index = names.IndexOf("TypeName");
            _samples.AddOrUpdate((string)eventData.Payload![index]!, 1, static (_, count) => count + 1);
        }
    }
}
