using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>The real one without blocking pool, options and handle; with the driver of the model's choosing.</summary>
internal abstract class RuntimeScheduler : Scheduler
{
    private long _killAt = long.MaxValue;

    private protected RuntimeScheduler(RuntimeOptions options, int wheels, RuntimeScheduler? root = null)
    {
        Options = options;
        ThreadHooks = options is { OnPark: null, OnStop: null } ? null : new ThreadHooks(options.OnPark, options.OnStop);
        Driver = new SharedDriver(new ThreadDriver(), 1); // Its models have no timers: one wheel to look at is enough.
    }

    internal RuntimeOptions Options { get; }

    internal SharedDriver Driver { get; }

    internal ThreadHooks? ThreadHooks { get; }

    internal Seeds? Seeds => null;

    internal sealed override SynchronizationContext Context => null!;

    internal sealed override ITimerSource Timers => OtherTimers ?? Driver.Timers;

    /// <summary>The timers of a model that needs no more of a scheduler.</summary>
    internal ITimerSource? OtherTimers { get; set; }

    /// <summary>No model has a policy that ends the runtime.</summary>
    internal System.Runtime.ExceptionServices.ExceptionDispatchInfo? Fatal => null;

    internal BlockOnList Blocked { get; } = new();

    /// <summary>Whether the last thread that polled has ended.</summary>
    internal bool Ended { get; private set; }

    internal sealed override void ReportUnhandled(Exception failure) => throw failure;

    /// <summary>The clock of its models does not wait for closures: see PausedClockModel.</summary>
    internal void BeginBlocking()
    {
    }

    internal void EndBlocking()
    {
    }

    internal abstract bool IsWorker(Ambient ambient);

    internal virtual RuntimeScheduler WorkerScheduler(int worker) => throw new NotSupportedException();

    internal abstract int WorkerIndex(Ambient ambient);

    internal abstract List<TaskHeader> LiveTasks();

    internal abstract bool AllWorkersSleep { get; }

    internal bool IsTimed { get; set; }

    internal abstract WorkerMetrics ReadWorker(int index);

    internal abstract long SharedQueueDepth();

    internal abstract long BackgroundQueueDepth();

    internal abstract void BlockOn(BlockOnStrand strand);

    /// <summary>As the real one does it; false when it refuses.</summary>
    internal bool TrySpawn(TaskHeader task)
    {
        task.Scheduler = this;
        return TrySpawn(task, Ambient.Current);
    }

    internal void BeginShutdown() => Close(1);

    private protected long KillAt => Volatile.Read(ref _killAt);

    /// <summary>No model shuts down in phases: nobody else lowers it at the same time.</summary>
    internal virtual void KillBy(long at) => Volatile.Write(ref _killAt, long.Min(KillAt, at));

    private protected static bool ClosesInBackground => false;

    private protected static TaskHeader[] Exempt => [];

    private protected static void BeforeKill()
    {
    }

    private protected abstract void Close(long graceNanos);

    private protected void CloseDriver()
    {
        Driver.Timers.Close();
        Driver.Driver.Close();
    }

    private protected void SetEnded()
    {
        if (Ended)
        {
            throw new InvalidOperationException("The shutdown was finished twice.");
        }

        Ended = true;
    }
}
