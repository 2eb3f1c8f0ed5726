using System;
using System.Collections.Generic;
using System.Diagnostics.Tracing;
using System.Globalization;
using System.Linq;
using System.Threading;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;

namespace Kioto.Diagnostics.Tests;

/// <summary>What dotnet-counters and dotnet-trace see, which are sessions of EventPipe.</summary>
public sealed class EventPipeTests
{
    [Fact]
    public void Counters_of_the_meter_arrive() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().ForTests().Name("piped").WorkerThreads(1).Build();
        Dictionary<string, string> arguments = new()
        {
            ["SessionId"] = Guid.NewGuid().ToString(),
            ["Metrics"] = "Kioto",
            ["RefreshInterval"] = "0.2",
            ["MaxTimeSeries"] = "1000",
            ["MaxHistograms"] = "10",
        };
        using ManualResetEventSlim seen = new();
        EventPipeProvider provider = new("System.Diagnostics.Metrics", EventLevel.Informational, 2, arguments);
        using Session session = new(provider, each =>
        {
            // Their payload: session, meter, its version, instrument, unit, tags, then the figures.
            if (each.EventName.EndsWith("ValuePublished", StringComparison.Ordinal) && Text(each, "meterName") == "Kioto"
                && Text(each, "instrumentName") == "kioto.task.spawned"
                && Text(each, "tags").Contains("kioto.runtime=piped", StringComparison.Ordinal)
                && double.Parse(Text(each, "value"), CultureInfo.InvariantCulture) >= 3)
            {
                seen.Set();
            }
        });
        runtime.BlockOn(async () =>
        {
            for (int i = 0; i < 3; i++)
            {
                await runtime.Spawn(async () => { });
            }
        });
        seen.Wait();
    });

    [Fact]
    public void Events_of_tasks_arrive() => Bounded.Run(() =>
    {
        List<(string Name, string Task)> events = [];
        using Runtime runtime = Runtime.CreateBuilder().ForTests().WorkerThreads(1).Build();
        string id;
        using (new Session(new EventPipeProvider("Kioto", EventLevel.Verbose, 0x3F), each => events.Add((each.EventName, Text(each, "task")))))
        {
            // The session switches the events on, on another thread.
            SpinWait.SpinUntil(() => runtime.Handle.Scheduler.Observer is not null);
            JoinHandle task = runtime.Spawn(async () => await Kio.YieldNow());
            id = task.Id.ToString();
            runtime.BlockOn(async () => await task);
        }

        // Only now: a reader keeps the latest events back, to sort them, until later ones arrive or the session has ended.
        string[] names = [.. events.Where(each => each.Task == id).Select(each => each.Name.Replace("/", "", StringComparison.Ordinal))];
        Assert.Equal(
            ["TaskSpawned", "TaskPollStart", "TaskWaits", "TaskPollStop", "TaskPollStart", "TaskTerminated"],
            names.Take(6));
    });

    private static string Text(TraceEvent traceEvent, string field) =>
        Convert.ToString(traceEvent.PayloadByName(field), CultureInfo.InvariantCulture) ?? "";

    /// <summary>A session with this process, whose events are read on a thread of its own.</summary>
    private sealed class Session : IDisposable
    {
        private readonly EventPipeSession _session;
        private readonly Thread _reader;

        internal Session(EventPipeProvider provider, Action<TraceEvent> seen)
        {
            _session = new DiagnosticsClient(Environment.ProcessId).StartEventPipeSession([provider], requestRundown: false);
            _reader = new Thread(() =>
            {
                using EventPipeEventSource source = new(_session.EventStream);
                source.Dynamic.All += seen;
                source.Process();
            })
            {
                IsBackground = true,
            };
            _reader.Start();
        }

        public void Dispose()
        {
            _session.Stop();
            _reader.Join();
            _session.Dispose();
        }
    }
}
