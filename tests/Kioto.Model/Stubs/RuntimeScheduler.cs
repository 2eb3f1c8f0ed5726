using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>The real one without blocking pool, options and handle; with the driver of the model's choosing.</summary>
internal abstract class RuntimeScheduler : Scheduler
{
    private protected RuntimeScheduler(RuntimeOptions options, int wheels)
    {
        Options = options;
        Driver = new SharedDriver(new ThreadDriver(), 1); // Its models have no timers: one wheel to look at is enough.
    }

    internal RuntimeOptions Options { get; }

    internal SharedDriver Driver { get; }

    internal sealed override SynchronizationContext Context => null!;

    internal sealed override ITimerSource Timers => OtherTimers ?? Driver.Timers;

    /// <summary>The timers of a model that needs no more of a scheduler.</summary>
    internal ITimerSource? OtherTimers { get; set; }

    /// <summary>Whether the last thread that polled has ended.</summary>
    internal bool Ended { get; private set; }

    internal sealed override void ReportUnhandled(Exception failure) => throw failure;

    internal abstract bool IsWorker(Ambient ambient);

    internal abstract List<TaskHeader> LiveTasks();

    internal abstract void BlockOn(BlockOnStrand strand);

    /// <summary>As the real one does it; false when it refuses.</summary>
    internal bool TrySpawn(TaskHeader task)
    {
        task.Scheduler = this;
        return TrySpawn(task, Ambient.Current);
    }

    internal void BeginShutdown() => Close(1);

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
