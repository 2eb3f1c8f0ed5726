using System.Collections.Generic;
using System.Reflection;
using System.Threading;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>Bridges are pooled: a runtime that closes, or a strand that is cancelled, must not abort a later user of one.</summary>
internal static class BridgeModel
{
    /// <summary>A bridge ends while its scheduler closes and sweeps; its next user is on another scheduler.</summary>
    internal static void SweepDuringReuse()
    {
        ClearPool();
        var closing = new SweepingScheduler();
        var source = new ModelSource(ready: true);
        int continued = 0;
        Ambient.Current.Scheduler = closing;
        Bridge.Start(source, () => continued++);
        Model.Spawn(closing.CloseAndSweep);
        closing.RunAll();
        Assert.Equal(1, continued);

        var next = new SweepingScheduler();
        var second = new ModelSource(ready: true);
        Ambient.Current.Scheduler = next;
        Bridge.Start(second, () => continued++);
        next.RunAll();
        Assert.Equal(2, continued);
        Assert.False(second.Failed);
    }

    /// <summary>The strand that a bridge was started under is cancelled while the bridge ends and is used again.</summary>
    internal static void CancelDuringReuse()
    {
        ClearPool();
        var scheduler = new SweepingScheduler();
        var enclosing = new Enclosing();
        var source = new ModelSource(ready: false);
        int continued = 0;
        Ambient ambient = Ambient.Current;
        ambient.Scheduler = scheduler;
        ambient.Strand = enclosing;

        // As when a method of a foreign builder awaits a future that was polled below the enclosing strand.
        Assert.False(source.Start(source.Version, ambient));
        Bridge.Start(source, () => continued++);
        ambient.Strand = null;
        source.Finish();
        ModelHandle canceller = Model.Spawn(() => enclosing.Cancel(Ambient.Current));
        scheduler.RunAll();
        Assert.Equal(1, continued);

        var second = new ModelSource(ready: true);
        Bridge.Start(second, () => continued++);
        scheduler.RunAll();
        canceller.Join();
        scheduler.RunAll();
        Assert.Equal(2, continued);
        Assert.False(second.Failed);
    }

    /// <summary>A strand that cleans up has a bridge below it; its cancellation is delivered again while the bridge is polled.</summary>
    internal static void RedeliverDuringPoll()
    {
        ClearPool();
        var scheduler = new SweepingScheduler();
        var enclosing = new Enclosing();
        var source = new ModelSource(ready: false);
        int continued = 0;
        Ambient ambient = Ambient.Current;
        ambient.Scheduler = scheduler;
        ambient.Strand = enclosing;
        enclosing.Cancelled = true; // Delivered once, to what is not there any more.
        Assert.False(source.Start(source.Version, ambient));
        Bridge.Start(source, () => continued++);
        ambient.Strand = null;
        ModelHandle canceller = Model.Spawn(() => enclosing.Cancel(Ambient.Current));
        scheduler.RunAll();
        canceller.Join();
        scheduler.RunAll();
        Assert.Equal(1, continued);
        Assert.True(source.Failed);
    }

    // Executions must not depend on each other.
    private static void ClearPool() =>
        typeof(Bridge).GetField("s_pooled", BindingFlags.Static | BindingFlags.NonPublic)!.SetValue(null, 0);

    private sealed class Enclosing : Strand
    {
        internal override void Wake()
        {
        }
    }

    private sealed class ModelSource(bool ready) : LeafSource<Unit>
    {
        private int _ready = ready ? 1 : 0;

        internal bool Failed => Error is not null;

        internal void Finish() => Volatile.Write(ref _ready, 1);

        private protected override bool Poll(ref PollContext context) => Volatile.Read(ref _ready) != 0 && Complete(default);

        private protected override bool Withdraw() => true;

        private protected override void Recycle(Ambient ambient)
        {
        }
    }

    /// <summary>Registers, closes and sweeps as the runtime's schedulers do: the flag, then the list of live tasks.</summary>
    private sealed class SweepingScheduler : Scheduler
    {
        private readonly TaskSlab _slab = new();
        private readonly Lock _lock = new();
        private readonly Queue<TaskHeader> _queue = [];
        private bool _closed;

        internal override SynchronizationContext Context => throw new System.NotSupportedException();

        internal override ITimerSource Timers => throw new System.NotSupportedException();

        internal override bool IsClosed => Volatile.Read(ref _closed);

        internal override bool TryRegister(TaskHeader task, Ambient ambient)
        {
            task.Slot = _slab.Add(task);
            return true;
        }

        internal override void Unregister(TaskHeader task, Ambient ambient) => _slab.RemoveLocal((int)task.Slot);

        internal override void Schedule(TaskHeader task, Ambient ambient)
        {
            using (_lock.EnterScope())
            {
                _queue.Enqueue(task);
            }
        }

        internal override void ReportUnhandled(System.Exception failure) => throw failure;

        internal void CloseAndSweep()
        {
            using (_lock.EnterScope())
            {
                Volatile.Write(ref _closed, true);
            }

            foreach (TaskHeader task in _slab.Snapshot())
            {
                task.Abort();
            }
        }

        internal void RunAll()
        {
            while (true)
            {
                TaskHeader? task;
                using (_lock.EnterScope())
                {
                    _queue.TryDequeue(out task);
                }

                if (task is null)
                {
                    return;
                }

                if (task.Run(Ambient.Current) != RunOutcome.Released)
                {
                    Schedule(task, Ambient.Current);
                }
            }
        }
    }
}
