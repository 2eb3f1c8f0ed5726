using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>What both kinds of runtime have: drivers, timers, a blocking pool and an end.</summary>
internal abstract class RuntimeScheduler : Scheduler
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _shutdownBegun;

    private protected RuntimeScheduler(RuntimeOptions options, int wheels)
    {
        Options = options;
        Driver = new SharedDriver(Drivers.Create(), wheels);
        Context = new SchedulerContext(this);
        TaskScheduler = new RuntimeTaskScheduler(this);
        Blocking = new BlockingPool(this, options);
        Handle = new RuntimeHandle(this);
    }

    internal RuntimeOptions Options { get; }

    internal SharedDriver Driver { get; }

    internal BlockingPool Blocking { get; }

    internal RuntimeHandle Handle { get; }

    internal sealed override SynchronizationContext Context { get; }

    internal RuntimeTaskScheduler TaskScheduler { get; }

    internal sealed override ITimerSource Timers => Driver.Timers;

    internal sealed override bool FlowsContext => Options.FlowsContext;

    internal sealed override long CleanupGraceNanos => Options.CleanupGrace.Ticks * 100;

    internal sealed override void ReportUnhandled(Exception failure)
    {
        if (Options.OnUnhandledFailure is { } report)
        {
            try
            {
                report(failure);
            }
            catch (Exception reporting)
            {
                // A worker must survive it.
                Trace.TraceError($"The OnUnhandledFailure callback of a Kioto runtime failed: {reporting}");
            }

            return;
        }

        Trace.TraceError($"A Kioto task that nobody waits for failed, or does not end: {failure}");
    }

    /// <summary>A closure is about to be queued: while any is, a paused clock does not move by itself.</summary>
    internal void BeginBlocking()
    {
        if (!Options.IsMultiThread)
        {
            Driver.Timers.Clock.BeginBlocking();
        }
    }

    /// <summary>A closure has ended or was refused, and who waited for it has been woken.</summary>
    internal void EndBlocking()
    {
        if (!Options.IsMultiThread && Driver.Timers.Clock.EndBlocking())
        {
            Driver.Driver.Unpark();
        }
    }

    /// <summary>Whether a thread runs this runtime's tasks now.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>True on a worker, and for a current-thread runtime on the thread that drives it.</returns>
    internal abstract bool IsWorker(Ambient ambient);

    /// <summary>The tasks alive at some moment during the call. Any thread.</summary>
    /// <returns>The tasks.</returns>
    internal abstract List<TaskHeader> LiveTasks();

    /// <summary>Drives the strand on the calling thread until its root has completed.</summary>
    /// <param name="strand">A strand that has not begun.</param>
    internal abstract void BlockOn(BlockOnStrand strand);

    /// <summary>Queues a new task; a runtime that is closed completes it as aborted instead.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="cell">The task.</param>
    /// <param name="ambient">The current thread's context.</param>
    internal void Spawn<T>(TaskCell<T> cell, Ambient ambient)
    {
        cell.Scheduler = this;
        if (!TrySpawn(cell, ambient))
        {
            cell.Refuse();
        }
    }

    /// <summary>Begins to shut down, once: later calls do nothing.</summary>
    /// <param name="grace">How long tasks may clean up.</param>
    internal void BeginShutdown(TimeSpan grace)
    {
        if (Interlocked.Exchange(ref _shutdownBegun, 1) == 0) // ORDERING: once only.
        {
            Blocking.Close();
            Close((long)(grace.TotalMilliseconds * 1_000_000));
        }
    }

    /// <summary>Waits until the workers have ended.</summary>
    /// <param name="timeout">The longest wait.</param>
    /// <returns>Whether they have.</returns>
    internal bool WaitForEnd(TimeSpan timeout) => _ended.Task.Wait(timeout);

    /// <summary>Refuses new tasks, and has those that live aborted, and killed after the grace.</summary>
    /// <param name="graceNanos">The grace.</param>
    private protected abstract void Close(long graceNanos);

    /// <summary>No task runs any more: whoever still waits for the driver, in BlockOn or on another runtime, fails.</summary>
    private protected void CloseDriver()
    {
        Driver.Timers.Close();
        Driver.Driver.Close();
    }

    /// <summary>Lets those go on who wait for the end.</summary>
    private protected void SetEnded() => _ended.SetResult();
}
