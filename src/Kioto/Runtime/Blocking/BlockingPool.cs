using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>Threads for closures that block or compute: started on demand, ended when idle for long.</summary>
/// <remarks>
/// INVARIANT: all fields are guarded by the lock. A queued closure has either an idle thread that was unparked for it,
/// a thread that was started for it, or <c>_threads</c> at its maximum, all of which look at the queue again before
/// they go idle; so none is forgotten.
/// </remarks>
internal sealed class BlockingPool
{
    private readonly Lock _lock = new();
    private readonly Queue<IBlockingWork> _queue = new();

    // The latest idle thread first: the others have a chance to time out.
    private readonly List<BlockingThread> _idle = [];
    private readonly RuntimeScheduler _scheduler;
    private readonly int _maxThreads;
    private readonly long _keepAliveNanos;
    private int _threads;
    private bool _closed;

    internal BlockingPool(RuntimeScheduler scheduler, RuntimeOptions options)
    {
        _scheduler = scheduler;
        _maxThreads = options.MaxBlockingThreads;
        double nanos = options.ThreadKeepAlive.TotalMilliseconds * 1_000_000;
        _keepAliveNanos = nanos < 0 || nanos >= long.MaxValue ? -1 : (long)nanos;
    }

    /// <summary>How many threads there are now.</summary>
    internal int ThreadCount
    {
        get
        {
            using (_lock.EnterScope())
            {
                return _threads;
            }
        }
    }

    /// <summary>Queues a closure; a pool that is closed completes it as aborted instead.</summary>
    /// <param name="work">The closure.</param>
    internal void Spawn(IBlockingWork work)
    {
        _scheduler.BeginBlocking();
        BlockingThread? wake = null;
        bool start = false;
        bool refused;
        using (_lock.EnterScope())
        {
            refused = _closed;
            if (!refused)
            {
                _queue.Enqueue(work);
                if (_idle.Count > 0)
                {
                    wake = _idle[^1];
                    _idle.RemoveAt(_idle.Count - 1);
                }
                else if (_threads < _maxThreads)
                {
                    _threads++;
                    start = true;
                }
            }
        }

        // All outside the lock: refusing wakes who waits for the closure.
        if (refused)
        {
            work.Refuse();
            _scheduler.EndBlocking();
        }
        else if (start)
        {
            Threads.StartBlocking(_scheduler, new BlockingThread(this).Run);
        }
        else
        {
            wake?.Parker.Unpark();
        }
    }

    /// <summary>Queued closures are dropped; started ones run to their end; idle threads leave.</summary>
    internal void Close()
    {
        IBlockingWork[] dropped;
        BlockingThread[] idle;
        using (_lock.EnterScope())
        {
            _closed = true;
            dropped = [.. _queue];
            _queue.Clear();
            idle = [.. _idle];
            _idle.Clear();
        }

        foreach (IBlockingWork work in dropped)
        {
            work.Refuse();
            _scheduler.EndBlocking();
        }

        foreach (BlockingThread thread in idle)
        {
            thread.Parker.Unpark();
        }
    }

    private sealed class BlockingThread(BlockingPool pool)
    {
        internal ThreadParker Parker { get; } = new();

        internal void Run()
        {
            // Futures that the closure awaits through BlockOn, or spawns, belong to this runtime.
            Ambient.Current.Scheduler = pool._scheduler;
            while (Next() is { } work)
            {
                work.Run();
                pool._scheduler.EndBlocking();
            }
        }

        private IBlockingWork? Next()
        {
            while (true)
            {
                using (pool._lock.EnterScope())
                {
                    if (TryTake(out IBlockingWork? work))
                    {
                        return work;
                    }

                    pool._idle.Add(this);
                }

                long deadline = pool._keepAliveNanos < 0 ? long.MaxValue : Clock.Now + pool._keepAliveNanos;
                if (!SleepUntilTaken(deadline))
                {
                    return null;
                }
            }
        }

        private bool TryTake(out IBlockingWork? work)
        {
            if (pool._queue.TryDequeue(out work))
            {
                return true;
            }

            if (pool._closed)
            {
                pool._threads--;
                return true;
            }

            return false;
        }

        // Unparked threads have been taken off the idle list; who is still on it when the time is over leaves.
        private bool SleepUntilTaken(long deadline)
        {
            while (true)
            {
                long left = deadline == long.MaxValue ? -1 : deadline - Clock.Now;
                bool expired = deadline != long.MaxValue && left <= 0;
                if (!expired)
                {
                    Parker.Park(left);
                }

                using (pool._lock.EnterScope())
                {
                    if (!pool._idle.Contains(this))
                    {
                        return true;
                    }

                    if (expired)
                    {
                        pool._idle.Remove(this);
                        pool._threads--;
                        return false;
                    }
                }
            }
        }
    }
}
