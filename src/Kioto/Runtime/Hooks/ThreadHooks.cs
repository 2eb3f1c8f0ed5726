using System;

namespace Kioto;

/// <summary>Calls what the builder was given for threads. A hook that throws is reported, and the thread goes on.</summary>
internal sealed class ThreadHooks
{
    private readonly RuntimeOptions _options;
    private readonly RuntimeScheduler _scheduler;

    private ThreadHooks(RuntimeOptions options, RuntimeScheduler scheduler)
    {
        _options = options;
        _scheduler = scheduler;
    }

    /// <summary>Whether anybody wants to know of sleeping workers.</summary>
    internal bool ObservesParking => _options.OnThreadPark is not null || _options.OnThreadUnpark is not null;

    /// <summary>The hooks of a runtime.</summary>
    /// <param name="options">What the builder was given.</param>
    /// <param name="scheduler">The runtime.</param>
    /// <returns>Null when there are none.</returns>
    internal static ThreadHooks? Of(RuntimeOptions options, RuntimeScheduler scheduler) =>
        options is { OnThreadStart: null, OnThreadStop: null, OnThreadPark: null, OnThreadUnpark: null }
            ? null
            : new ThreadHooks(options, scheduler);

    /// <summary>A thread has started, and has done nothing yet.</summary>
    /// <param name="worker">The worker's index; -1 for a blocking thread.</param>
    internal void Started(int worker) => Call(_options.OnThreadStart, nameof(_options.OnThreadStart), worker);

    /// <summary>A thread has done its last work.</summary>
    /// <param name="worker">The worker's index; -1 for a blocking thread.</param>
    internal void Stopping(int worker) => Call(_options.OnThreadStop, nameof(_options.OnThreadStop), worker);

    /// <summary>A worker has nothing to do and is about to sleep. What the hook spawns keeps it awake.</summary>
    /// <param name="worker">The worker's index.</param>
    internal void Parking(int worker) => Call(_options.OnThreadPark, nameof(_options.OnThreadPark), worker);

    /// <summary>A worker was woken.</summary>
    /// <param name="worker">The worker's index.</param>
    internal void Unparked(int worker) => Call(_options.OnThreadUnpark, nameof(_options.OnThreadUnpark), worker);

    private void Call(Action<ThreadMeta>? hook, string knob, int worker)
    {
        if (hook is null)
        {
            return;
        }

        try
        {
            hook(new ThreadMeta(_scheduler.Handle, worker));
        }
        catch (Exception exception)
        {
            _scheduler.ReportFailure(exception, FailedTask.Hook(knob), null);
        }
    }
}
