using System;

namespace Kioto;

/// <summary>While alive the current thread may block: a worker has given its core away, so that nothing waits for it.</summary>
internal readonly ref struct BlockingScope
{
    private readonly Ambient _ambient;
    private readonly Core? _core;
    private readonly int _budget;
    private readonly long _overAt;
    private readonly bool _polling;
    private readonly bool _inPlace;

    private BlockingScope(Ambient ambient)
    {
        _ambient = ambient;
        _polling = ambient.Polling;
        _inPlace = ambient.InPlace;
        _budget = ambient.Budget;
        if (ambient.Strand?.Target is TaskHeader { Slot: < 0 } task && task.Scheduler is RuntimeScheduler runtime)
        {
            // What it blocks on may be polled here in its place: on the list it is found all the same.
            runtime.RegisterSuspended(task, ambient);
        }

        _core = _polling && IsWorkersPoll(ambient) ? ((MultiThreadScheduler)ambient.Home!).Crew.GiveAway(ambient) : null;
        _overAt = ambient.OverAt; // Nobody else writes it any more.
        ambient.OverAt = 0;
        ambient.Polling = false;
        ambient.InPlace = true;
        ambient.Budget = int.MaxValue; // There is nobody whom giving way would serve.
    }

    /// <summary>Lets the current thread block.</summary>
    /// <param name="what">Who asks, for the message.</param>
    /// <returns>The scope.</returns>
    /// <exception cref="InvalidOperationException">What this thread polls can't go on elsewhere.</exception>
    internal static BlockingScope Begin(string what)
    {
        ThrowIfBound(what);
        return new BlockingScope(Ambient.Current);
    }

    /// <summary>Refuses before anything has happened.</summary>
    /// <param name="what">Who asks, for the message.</param>
    /// <exception cref="InvalidOperationException">What this thread polls can't go on elsewhere.</exception>
    internal static void ThrowIfBound(string what)
    {
        Ambient ambient = Ambient.Current;
        if (!ambient.Polling)
        {
            return;
        }

        if (ambient.Local is not null)
        {
            throw new InvalidOperationException(
                $"{what} was called on a thread that polls the tasks of a LocalSet: they can't go on on another one, and " +
                "would wait, perhaps for ever. Await the future, or move what blocks into Kio.SpawnBlocking.");
        }

        if (ambient.Poller is not MultiThreadScheduler)
        {
            throw new InvalidOperationException(
                $"{what} was called on {(ambient.Worker is null ? "a thread that drives a current-thread" : "a worker of a per-core")} " +
                "runtime: nobody else can run its tasks, which would wait, perhaps for ever. Await the future, move what " +
                "blocks into Kio.SpawnBlocking, or use a multi-thread runtime.");
        }
    }

    public void Dispose()
    {
        // Without the core it is a slice of its own that follows. In this order: with it, it may be taken away at once.
        _ambient.OverAt = _core is null ? _overAt : Ambient.OverAfterFirstAsk;
        _core?.Scheduler.Crew.TryTakeBack(_core, _ambient);
        _ambient.Polling = _polling;
        _ambient.InPlace = _inPlace;
        _ambient.RestoreBudget(_budget);
    }

    // Not a future of BlockOn, for which the worker has given its core away already.
    private static bool IsWorkersPoll(Ambient ambient) => ReferenceEquals(ambient.Poller, ambient.Home);
}
