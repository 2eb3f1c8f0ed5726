using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using Kioto.Sync;

namespace Kioto;

/// <summary>The threads of one pool: started on demand, ended when idle for long. What <c>BlockingPool</c> shows.</summary>
internal sealed class BlockingCrew
{
    [ThreadStatic]
    private static BlockingCrew? t_current;

    private readonly RuntimeScheduler _scheduler;
    private readonly BlockingQueue _queue;

    // The places of a bounded pool, for closures that run and closures that wait; null in one without bound.
    private readonly PermitQueue? _places;

    // Those that groups of tasks have started without a place for them; null in a pool without bound.
    private readonly WaitingClosures? _waiting;
    private readonly string _threadName;
    private readonly long _keepAliveNanos;

    // INVARIANT: changed by who starts a thread, for its name.
    private int _started;

    internal BlockingCrew(RuntimeScheduler scheduler, BlockingPoolOptions options, string threadName, TimeSpan keepAlive)
    {
        _scheduler = scheduler;
        Options = options;
        _queue = new BlockingQueue(options.Threads);
        _places = options.Queue is { } queue ? new PermitQueue("blocking.queue", (long)options.Threads + queue) : null;
        _waiting = _places is null ? null : new WaitingClosures(this);
        _threadName = $"{threadName}-{options.Name}-";
        double nanos = keepAlive.TotalMilliseconds * 1_000_000;
        _keepAliveNanos = nanos < 0 || nanos >= long.MaxValue ? -1 : (long)nanos;
    }

    internal BlockingPoolOptions Options { get; }

    /// <summary>The pool whose thread this is; null on others.</summary>
    internal static BlockingCrew? Current => t_current;

    /// <summary>Which of the runtime's pools it is.</summary>
    internal int Index { get; init; }

    /// <summary>How many threads there are now.</summary>
    internal int ThreadCount => _queue.Metrics().Threads;

    private static uint Now => (uint)Environment.TickCount64;

    internal BlockingPoolMetrics Metrics() => _queue.Metrics();

    /// <summary>Queues a closure; a pool that is closed completes it as aborted instead.</summary>
    /// <param name="work">The closure.</param>
    /// <exception cref="BlockingQueueFullException">The pool is bounded and has no place free.</exception>
    internal void Spawn(IBlockingWork work)
    {
        AcquireOutcome place = _places?.TryAcquire(1) ?? AcquireOutcome.Acquired;
        if (place == AcquireOutcome.NoPermits)
        {
            throw new BlockingQueueFullException(Options.Name, Options.Threads, Options.Queue!.Value);
        }

        Spawn(work, place);
    }

    /// <summary>Queues a closure that runs even if the pool closes meanwhile, and waits for no place.</summary>
    /// <param name="work">The closure.</param>
    internal void SpawnMandatory(IBlockingWork work) => Push(new BlockingItem(work, BlockingKind.Mandatory));

    /// <summary>Waits for a place, for <see cref="Spawn(IBlockingWork, AcquireOutcome)"/>.</summary>
    /// <param name="waiter">The caller's place among those who wait.</param>
    /// <param name="target">Whom to wake.</param>
    /// <returns>NoPermits while waiting.</returns>
    internal AcquireOutcome PollPlace(Waiter waiter, WakeTarget target) =>
        _places?.Poll(waiter, target, 1) ?? AcquireOutcome.Acquired;

    /// <summary>Stops waiting for a place.</summary>
    /// <param name="waiter">The caller's place among those who wait.</param>
    internal void WithdrawPlace(Waiter waiter) => _places?.Withdraw(waiter);

    /// <summary>Queues a closure after its wait for a place, or refuses it if the pool has closed.</summary>
    /// <param name="work">The closure.</param>
    /// <param name="place">Whether it has a place: not NoPermits.</param>
    internal void Spawn(IBlockingWork work, AcquireOutcome place)
    {
        bool holds = place == AcquireOutcome.Acquired && _places is not null;
        Push(new BlockingItem(work, holds ? BlockingKind.HoldsPlace : BlockingKind.Plain));
    }

    /// <summary>Queues a closure once there is a place for it. What goes wrong is its own failure: there is nobody to throw to.</summary>
    /// <param name="work">The closure.</param>
    internal void SpawnLater(IBlockingWork work)
    {
        AcquireOutcome place = _places?.TryAcquire(1) ?? AcquireOutcome.Acquired;
        if (place == AcquireOutcome.NoPermits)
        {
            _waiting!.Add(work);
        }
        else
        {
            SpawnOrFail(work, place);
        }
    }

    /// <summary>Queues a closure after its wait for a place, as <see cref="SpawnLater"/>.</summary>
    /// <param name="work">The closure.</param>
    /// <param name="place">Whether it has a place: not NoPermits.</param>
    internal void SpawnOrFail(IBlockingWork work, AcquireOutcome place)
    {
        try
        {
            Spawn(work, place);
        }
        catch (Exception failure) when (failure is OutOfMemoryException or ThreadStartException)
        {
            work.Fail(failure);
        }
    }

    /// <summary>Completes a closure as aborted if it has not started.</summary>
    /// <param name="work">The closure.</param>
    /// <returns>False when it is not in this pool's queue (any more).</returns>
    internal bool TryAbort(IBlockingWork work)
    {
        if (_waiting is not null && _waiting.TryRemove(work))
        {
            work.Refuse();
            return true;
        }

        if (!_queue.Withdraw(work, out BlockingKind kind))
        {
            return false;
        }

        Refuse(new BlockingItem(work, kind));
        return true;
    }

    /// <summary>Queued closures are refused, but for mandatory ones; started ones run to their end; idle threads leave.</summary>
    internal void Close()
    {
        List<BlockingItem> dropped = _queue.Close(out BlockingThread? idle);
        foreach (BlockingItem item in dropped)
        {
            Refuse(item);
        }

        _places?.Close();
        while (idle is { } thread)
        {
            // Unparked, it may come to the queue and change its links.
            idle = thread.Below;
            thread.Unpark();
        }
    }

    /// <inheritdoc cref="BlockingQueue.WaitForMandatory"/>
    internal bool WaitForMandatory(TimeSpan timeout) => _queue.WaitForMandatory(timeout);

    /// <summary>What is queued, for dumps.</summary>
    /// <returns>The closures, in the order in which they will start.</returns>
    internal List<QueuedClosure> Queued() => _queue.Snapshot(Now);

    /// <summary>A thread begins: futures that a closure awaits through BlockOn, or spawns, belong to this runtime.</summary>
    internal void Enter()
    {
        Ambient.Current.Scheduler = _scheduler;
        t_current = this;
    }

    /// <summary>A thread comes for a closure; calls whoever must be called for the next one.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="turn">From where it comes.</param>
    /// <param name="item">The closure, if it is to run one.</param>
    /// <returns>What it does now.</returns>
    internal BlockingTake Take(BlockingThread thread, BlockingTurn turn, out BlockingItem item)
    {
        BlockingTake take = _queue.Take(
            thread, turn, Now, out item, out BlockingCall call, out BlockingThread? idle);
        if (call == BlockingCall.Wake)
        {
            idle!.Unpark();
        }
        else if (call == BlockingCall.Start)
        {
            if (!TryStart(out _))
            {
                _queue.StartFailed(); // This thread comes again when it has run its closure, and calls then.
            }
        }

        return take;
    }

    internal void Run(BlockingItem item)
    {
        item.Work.Run();
        End(item.Kind);
    }

    /// <summary>Until when a thread that is idle now waits for work.</summary>
    /// <returns>A moment of the process's clock.</returns>
    internal long KeepUntil() => _keepAliveNanos < 0 ? long.MaxValue : Clock.Now + _keepAliveNanos;

    private void Push(BlockingItem item)
    {
        _scheduler.BeginBlocking();
        if (Index != 0)
        {
            item.Work.Pool = Index;
        }

        switch (_queue.Push(item, Now, out BlockingThread? idle))
        {
            case BlockingCall.Wake:
                idle!.Unpark();
                break;
            case BlockingCall.Start:
                Start(item);
                break;
            case BlockingCall.Refused:
                Refuse(item with { Kind = item.Kind & ~BlockingKind.Mandatory }); // It was not counted.
                break;
        }
    }

    private void Start(BlockingItem item)
    {
        if (TryStart(out Exception? failure))
        {
            return;
        }

        // Not one thread: nobody would ever come. Others may have queued something meanwhile.
        bool found = false;
        foreach (BlockingItem stranded in _queue.StartFailed() ?? [])
        {
            if (ReferenceEquals(stranded.Work, item.Work))
            {
                found = true;
                End(item.Kind);
            }
            else
            {
                Refuse(stranded);
            }
        }

        if (found)
        {
            throw failure;
        }
    }

    private bool TryStart([NotNullWhen(false)] out Exception? failure)
    {
        int number = Interlocked.Increment(ref _started); // ORDERING: uniqueness only.
        try
        {
            Threads.StartBlocking(_scheduler, new BlockingThread(this).Run, _threadName + number);
            failure = null;
            return true;
        }
        catch (Exception thrown) when (thrown is OutOfMemoryException or ThreadStartException)
        {
            failure = thrown;
            return false;
        }
    }

    private void Refuse(BlockingItem item)
    {
        item.Work.Refuse();
        End(item.Kind);
    }

    private void End(BlockingKind kind)
    {
        if (kind != BlockingKind.Plain)
        {
            _queue.Ended(kind);
            if ((kind & BlockingKind.HoldsPlace) != 0)
            {
                _places!.Release(1);
            }
        }

        _scheduler.EndBlocking();
    }
}
