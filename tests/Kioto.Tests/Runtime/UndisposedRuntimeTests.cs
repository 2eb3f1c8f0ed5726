using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Kioto.Tests;

/// <summary>Runtimes that are dropped: nothing is ended behind anybody's back, and it is said.</summary>
public sealed class UndisposedRuntimeTests
{
    private const string Serving = "it still serves";

    [Theory]
    [InlineData(RuntimeKind.FourWorkers)]
    [InlineData(RuntimeKind.OneWorker)]
    [InlineData(RuntimeKind.PerCore)]
    public void What_was_spawned_goes_on_and_it_is_said(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Warnings warnings = new();
        (RuntimeHandle handle, JoinHandle<string> task, Signal signal) = Drop(kind, "dropped");
        string warning = warnings.Await("dropped");
        Assert.Contains($"Its worker threads ({handle.WorkerThreads}) and its tasks (1 now) go on", warning, StringComparison.Ordinal);
        Assert.Contains("Dispose it", warning, StringComparison.Ordinal);
        Assert.Equal([handle.Id.Number, "dropped", handle.WorkerThreads, 1L], warnings.Event("dropped"));

        // The tasks live, and the handle is as good as before.
        signal.Set();
        Assert.Equal(Serving, handle.BlockOn(task.AsFuture()));
        Assert.Equal(4, handle.BlockOn(handle.Spawn(async () => { await Kio.YieldNow(); return 4; }).AsFuture()));
        new Runtime(handle.Scheduler).Dispose();
    });

    [Fact]
    public void Without_threads_it_is_said_where_a_task_is_left() => Bounded.Run(() =>
    {
        using Warnings warnings = new();
        DropEmpty("without tasks");
        (RuntimeHandle handle, JoinHandle<string> task, Signal signal) = Drop(RuntimeKind.CurrentThread, "with a task");
        Assert.Contains("Its tasks (1) run no more", warnings.Await("with a task"), StringComparison.Ordinal);
        Assert.False(warnings.Has("without tasks"));
        signal.Set();
        Assert.Equal(Serving, handle.BlockOn(task.AsFuture()));
        new Runtime(handle.Scheduler).Dispose();
    });

    [Fact]
    public void Of_a_local_one_it_is_said_when_nobody_has_it_in_either_form() => Bounded.Run(() =>
    {
        using Warnings warnings = new();
        HoldAndDrop(warnings);
        warnings.Await("local");

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void HoldAndDrop(Warnings warnings)
        {
            Runtime other = DropLocal("local");
            DropAndAwait(warnings);
            Assert.False(warnings.Has("local"));
            other.Handle.Spawn(async () => { await Kio.YieldNow(); });
        }
    });

    [Fact]
    public void Of_one_that_was_ended_nothing_is_said() => Bounded.Run(() =>
    {
        using Warnings warnings = new();
        string[] names = EndEach();
        DropAndAwait(warnings);
        Assert.All(names, name => Assert.False(warnings.Has(name)));
    });

    [Fact]
    public void Of_one_that_is_held_nothing_is_said() => Bounded.Run(() =>
    {
        using Warnings warnings = new();
        using Runtime runtime = Runtimes.Builder(RuntimeKind.OneWorker).Name("held").Build();
        DropAndAwait(warnings);
        Assert.False(warnings.Has("held"));
    });

    // What is collected with it, or before, has been told of by then.
    private static void DropAndAwait(Warnings warnings)
    {
        (RuntimeHandle handle, _, _) = Drop(RuntimeKind.OneWorker, "the last");
        warnings.Await("the last");
        new Runtime(handle.Scheduler).Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (RuntimeHandle Handle, JoinHandle<string> Task, Signal Signal) Drop(RuntimeKind kind, string name)
    {
        Signal signal = new();
#pragma warning disable KIO0007 // That is the test.
        Runtime runtime = Runtimes.Builder(kind).Name(name).Build();
#pragma warning restore KIO0007
        JoinHandle<string> task = runtime.Spawn(async () =>
        {
            await signal.AsFuture();
            return Serving;
        });
        runtime.BlockOn(Expect.Until(() => signal.Polls > 0));
        using (runtime.Enter())
        {
            return (runtime.Handle, task, signal);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void DropEmpty(string name)
    {
#pragma warning disable KIO0007 // That is the test.
        Runtime runtime = Runtimes.Builder(RuntimeKind.CurrentThread).Name(name).Build();
#pragma warning restore KIO0007
        runtime.BlockOn(async () => await Kio.Spawn(async () => { await Kio.YieldNow(); }));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Runtime DropLocal(string name) => Runtime.CreateCurrentThreadBuilder().Name(name).BuildLocal().AsRuntime();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string[] EndEach()
    {
        Action<Runtime>[] ends =
        [
            runtime => runtime.Dispose(),
            runtime => runtime.ShutdownBackground(),
            runtime => runtime.ShutdownTimeout(TimeSpan.Zero),
            runtime => runtime.ShutdownAsync(TimeSpan.Zero, TimeSpan.Zero),
        ];
        List<string> names = [];
        foreach (RuntimeKind kind in new[] { RuntimeKind.OneWorker, RuntimeKind.CurrentThread })
        {
            foreach (Action<Runtime> end in ends)
            {
                string name = $"ended {kind} {names.Count}";
                names.Add(name);
                Runtime runtime = Runtimes.Builder(kind).Name(name).Build();
                runtime.Spawn(async () => await Kio.Sleep(TimeSpan.FromHours(1)));
                end(runtime);
            }
        }

        return [.. names];
    }

    /// <summary>What is told to trace listeners and to listeners of events.</summary>
    private sealed class Warnings : IDisposable
    {
        private readonly Listener _listener = new();
        private readonly Events _events = new();

        internal Warnings() => Trace.Listeners.Add(_listener);

        public void Dispose()
        {
            Trace.Listeners.Remove(_listener);
            _listener.Dispose();
            _events.Dispose();
        }

        internal bool Has(string runtime) => Find(runtime) is not null;

        internal object?[] Event(string runtime) => _events.Values.Single(values => (string?)values[1] == runtime);

        internal string Await(string runtime)
        {
            while (true)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                if (Find(runtime) is { } warning)
                {
                    return warning;
                }

                Thread.Yield();
            }
        }

        private string? Find(string runtime) =>
            _listener.Lines.FirstOrDefault(line => line.Contains($"runtime '{runtime}' was not disposed", StringComparison.Ordinal));
    }

    private sealed class Listener : TraceListener
    {
        private readonly List<string> _lines = [];

        internal string[] Lines
        {
            get
            {
                lock (_lines)
                {
                    return [.. _lines];
                }
            }
        }

        public override void Write(string? message)
        {
        }

        public override void WriteLine(string? message)
        {
            lock (_lines)
            {
                _lines.Add(message ?? "");
            }
        }
    }

    private sealed class Events : EventListener
    {
        private readonly List<object?[]> _values = [];

        internal object?[][] Values
        {
            get
            {
                lock (_values)
                {
                    return [.. _values];
                }
            }
        }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "Kioto")
            {
                EnableEvents(eventSource, EventLevel.Warning, (EventKeywords)0x20);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventName == "RuntimeNotDisposed" && _values is { } values)
            {
                lock (values)
                {
                    values.Add([.. eventData.Payload!]);
                }
            }
        }
    }
}
