using System.Collections.Generic;
using System.Diagnostics.Tracing;
using System.Linq;

namespace Kioto.Diagnostics.Tests;

/// <summary>Listens to the EventSource.</summary>
internal sealed class Events : EventListener
{
    private readonly List<(string Name, object?[] Values)> _events = [];
    private readonly EventLevel _level;
    private readonly EventKeywords _keywords;
    private EventSource? _source;

    internal Events(EventLevel level = EventLevel.Verbose, EventKeywords keywords = EventKeywords.All)
    {
        _level = level;
        _keywords = keywords;
        if (_source is not null)
        {
            EnableEvents(_source, level, keywords); // It was there before our fields.
        }
    }

    /// <summary>What has happened so far.</summary>
    internal (string Name, object?[] Values)[] All
    {
        get
        {
            lock (_events)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>What has happened to a task so far.</summary>
    internal string[] Of(TaskId task) =>
        [.. All.Where(each => each.Values.Length > 1 && $"{each.Values[1]}" == task.ToString()).Select(each => each.Name)];

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Kioto")
        {
            _source = eventSource;
            if (_keywords != EventKeywords.None)
            {
                EnableEvents(eventSource, _level, _keywords);
            }
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (_events is { } events)
        {
            lock (events)
            {
                events.Add((eventData.EventName!, [.. eventData.Payload!]));
            }
        }
    }
}
