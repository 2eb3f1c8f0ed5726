using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>A pool's queue and its threads: who is called for a closure, who sleeps, who leaves.</summary>
/// <remarks>
/// Every transition is one visit under the lock. Threads that were called (unparked or started) and have not come to the
/// queue yet count as <em>on the way</em>; while enough are, a push calls nobody, and who takes an item looks whether
/// one more must be called. So many short closures are run by few threads, and one that blocks keeps nobody waiting.
/// INVARIANT, NO CLOSURE IS FORGOTTEN: whenever the lock is free and closures are queued, somebody is on the way, or all
/// threads that there may be (or that the system gave us) are busy, and come to the queue when they are done.
/// INVARIANT, A CALL IS NOT LOST: a thread sleeps only while it is in the idle list. Who takes it off the list counts it
/// as on the way in the same visit, and unparks it. A thread whose time is over leaves only if it finds itself in the
/// list, under the lock: then nobody has called it, and nobody can any more.
/// INVARIANT: threads = busy + on the way + idle.
/// </remarks>
internal sealed class BlockingQueue
{
    // One thread on the way for so many queued closures, and one for the rest. Measured with bursts of 16 closures on 2
    // cores, 2026: 1 a burst; with one for each closure two thirds of the time went into waking threads.
    internal const int PerCall = 16;

    private const int None = -1;
    private const int SmallCapacity = 16;

    private readonly Lock _lock = new();
    private readonly int _maxThreads;

    // INVARIANT: all below is guarded by the lock. Queued closures are a doubly linked list of slots, so that one that
    // is aborted gives back its place at once; free slots are a list through Next.
    private Slot[] _slots = [];
    private int _head = None;
    private int _tail = None;
    private int _free = None;
    private int _count;

    // The latest idle thread first: its cache is warm, and the others have a chance to time out.
    private BlockingThread? _idle;
    private int _idleCount;
    private int _threads;
    private int _onTheWay;
    private bool _closed;

    // Mandatory closures that are queued or run, and who waits for their end.
    private int _mandatory;
    private ManualResetEventSlim? _mandatoryEnded;

    private long _taken;
    private long _waitedMillis;
    private uint _longestWaitMillis;

    internal BlockingQueue(int maxThreads) => _maxThreads = maxThreads;

    /// <summary>Queues a closure.</summary>
    /// <param name="item">The closure.</param>
    /// <param name="now">The coarse time in milliseconds.</param>
    /// <param name="idle">The thread to unpark, if one is to be.</param>
    /// <returns>Whom to call; or that the pool is closed.</returns>
    internal BlockingCall Push(BlockingItem item, uint now, out BlockingThread? idle)
    {
        using (_lock.EnterScope())
        {
            if (_closed)
            {
                idle = null;
                return BlockingCall.Refused;
            }

            if ((item.Kind & BlockingKind.Mandatory) != 0)
            {
                _mandatory++;
            }

            Enqueue(item, now);
            return Call(out idle);
        }
    }

    /// <summary>A thread comes for a closure.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="turn">From where it comes.</param>
    /// <param name="now">The coarse time in milliseconds.</param>
    /// <param name="item">The closure, if it is to run one.</param>
    /// <param name="call">Whom else to call.</param>
    /// <param name="idle">The thread to unpark, if one is to be.</param>
    /// <returns>What it does now.</returns>
    internal BlockingTake Take(
        BlockingThread thread,
        BlockingTurn turn,
        uint now,
        out BlockingItem item,
        out BlockingCall call,
        out BlockingThread? idle)
    {
        using (_lock.EnterScope())
        {
            if (thread.Idle)
            {
                RemoveIdle(thread); // Nobody has called it.
            }
            else if (turn != BlockingTurn.Done)
            {
                _onTheWay--;
                if (turn == BlockingTurn.Expired)
                {
                    turn = BlockingTurn.Slept; // It was called when its time was over, and somebody else has run the closure.
                }
            }

            if (_head != None)
            {
                item = Dequeue(now);
                call = Call(out idle);
                return BlockingTake.Run;
            }

            item = default;
            call = BlockingCall.Nobody;
            idle = null;
            if (_closed || turn == BlockingTurn.Expired)
            {
                _threads--;
                return BlockingTake.Leave;
            }

            AddIdle(thread);
            return BlockingTake.Park;
        }
    }

    /// <summary>The system gave no thread for a call.</summary>
    /// <returns>Null when there is any other thread: it takes what is queued, and calls again. Else all that was queued.</returns>
    internal List<BlockingItem>? StartFailed()
    {
        using (_lock.EnterScope())
        {
            _onTheWay--;
            return --_threads > 0 ? null : UnlinkAll(BlockingKind.Plain);
        }
    }

    /// <summary>Takes back a closure that has not started.</summary>
    /// <param name="work">The closure.</param>
    /// <param name="kind">How it was queued.</param>
    /// <returns>False when it is not in this queue (any more).</returns>
    internal bool Withdraw(IBlockingWork work, out BlockingKind kind)
    {
        using (_lock.EnterScope())
        {
            int place = work.Place;
            if ((uint)place >= (uint)_slots.Length || !ReferenceEquals(_slots[place].Work, work))
            {
                kind = default;
                return false;
            }

            kind = _slots[place].Kind;
            Unlink(place);
            return true;
        }
    }

    /// <summary>A closure has ended that was taken from here.</summary>
    /// <param name="kind">How it was queued.</param>
    internal void Ended(BlockingKind kind)
    {
        if ((kind & BlockingKind.Mandatory) == 0)
        {
            return;
        }

        using (_lock.EnterScope())
        {
            if (--_mandatory == 0)
            {
                _mandatoryEnded?.Set();
            }
        }
    }

    /// <summary>Waits until no mandatory closure is queued or runs. Only after <see cref="Close"/>: else more may come.</summary>
    /// <param name="timeout">The longest wait.</param>
    /// <returns>Whether none is.</returns>
    internal bool WaitForMandatory(TimeSpan timeout)
    {
        ManualResetEventSlim ended;
        using (_lock.EnterScope())
        {
            if (_mandatory == 0)
            {
                return true;
            }

            ended = _mandatoryEnded ??= new ManualResetEventSlim();
        }

        return ended.Wait(timeout);
    }

    /// <summary>No more closures. Mandatory ones that are queued will run, the others are for the caller to refuse.</summary>
    /// <param name="idle">The threads that slept, linked by <see cref="BlockingThread.Below"/>: they are on the way now; unpark them.</param>
    /// <returns>What was queued and will not run.</returns>
    internal List<BlockingItem> Close(out BlockingThread? idle)
    {
        using (_lock.EnterScope())
        {
            _closed = true;
            List<BlockingItem> dropped = UnlinkAll(BlockingKind.Mandatory);
            idle = _idle;
            _idle = null;
            _onTheWay += _idleCount;
            _idleCount = 0;
            for (BlockingThread? thread = idle; thread is not null; thread = thread.Below)
            {
                thread.Idle = false;
            }

            return dropped;
        }
    }

    /// <summary>The figures of this moment.</summary>
    /// <returns>The figures.</returns>
    internal BlockingPoolMetrics Metrics()
    {
        using (_lock.EnterScope())
        {
            return new BlockingPoolMetrics
            {
                Threads = _threads,
                IdleThreads = _idleCount,
                QueueDepth = _count,
                ClosuresStarted = _taken,
                TotalQueueWait = TimeSpan.FromMilliseconds(_waitedMillis),
                MaxQueueWait = TimeSpan.FromMilliseconds(_longestWaitMillis),
            };
        }
    }

    /// <summary>What is queued, for dumps.</summary>
    /// <param name="now">The coarse time in milliseconds.</param>
    /// <returns>The closures, in the order in which they will start.</returns>
    internal List<QueuedClosure> Snapshot(uint now)
    {
        using (_lock.EnterScope())
        {
            List<QueuedClosure> closures = new(_count);
            for (int place = _head; place != None; place = _slots[place].Next)
            {
                closures.Add(new QueuedClosure(_slots[place].Work!, WaitedMillis(_slots[place], now)));
            }

            return closures;
        }
    }

    // The clock may have been read before somebody else's turn, and then says a little less than zero.
    private static uint WaitedMillis(in Slot slot, uint now) => now - slot.QueuedAt is <= int.MaxValue and var waited ? waited : 0;

    // Under the lock, like all below.
    private BlockingCall Call(out BlockingThread? idle)
    {
        idle = null;
        if (_count == 0 || _onTheWay > _count / PerCall)
        {
            return BlockingCall.Nobody;
        }

        if (_idle is { } thread)
        {
            RemoveIdle(thread);
            _onTheWay++;
            idle = thread;
            return BlockingCall.Wake;
        }

        if (_threads < _maxThreads)
        {
            _threads++;
            _onTheWay++;
            return BlockingCall.Start;
        }

        return BlockingCall.Nobody;
    }

    private void Enqueue(BlockingItem item, uint now)
    {
        if (_free == None)
        {
            Grow();
        }

        int place = _free;
        ref Slot slot = ref _slots[place];
        _free = slot.Next;
        slot = new Slot { Work = item.Work, Kind = item.Kind, QueuedAt = now, Next = None, Previous = _tail };
        item.Work.Place = place;
        if (_tail == None)
        {
            _head = place;
        }
        else
        {
            _slots[_tail].Next = place;
        }

        _tail = place;
        _count++;
    }

    private BlockingItem Dequeue(uint now)
    {
        ref Slot slot = ref _slots[_head];
        BlockingItem item = new(slot.Work!, slot.Kind);
        uint waited = WaitedMillis(slot, now);
        if (waited != 0)
        {
            _waitedMillis += waited;
            _longestWaitMillis = Math.Max(_longestWaitMillis, waited);
        }

        _taken++;
        Unlink(_head);
        return item;
    }

    private List<BlockingItem> UnlinkAll(BlockingKind except)
    {
        List<BlockingItem> items = [];
        for (int place = _head; place != None;)
        {
            Slot slot = _slots[place]; // A copy: unlinking the last one may give up the array.
            if ((slot.Kind & except) == 0)
            {
                items.Add(new BlockingItem(slot.Work!, slot.Kind));
                Unlink(place);
            }

            place = slot.Next;
        }

        return items;
    }

    private void Unlink(int place)
    {
        ref Slot slot = ref _slots[place];
        if (slot.Previous == None)
        {
            _head = slot.Next;
        }
        else
        {
            _slots[slot.Previous].Next = slot.Next;
        }

        if (slot.Next == None)
        {
            _tail = slot.Previous;
        }
        else
        {
            _slots[slot.Next].Previous = slot.Previous;
        }

        slot.Work = null;
        slot.Next = _free;
        _free = place;
        if (--_count == 0 && _slots.Length > 64 * SmallCapacity)
        {
            // A burst is over: it leaves no large array behind.
            _slots = [];
            _free = None;
        }
    }

    private void Grow()
    {
        int old = _slots.Length;
        Array.Resize(ref _slots, Math.Max(SmallCapacity, old * 2));
        for (int place = _slots.Length - 1; place >= old; place--)
        {
            _slots[place].Next = _free;
            _free = place;
        }
    }

    private void AddIdle(BlockingThread thread)
    {
        thread.Idle = true;
        thread.Above = null;
        thread.Below = _idle;
        if (_idle is { } below)
        {
            below.Above = thread;
        }

        _idle = thread;
        _idleCount++;
    }

    private void RemoveIdle(BlockingThread thread)
    {
        thread.Idle = false;
        if (thread.Above is { } above)
        {
            above.Below = thread.Below;
        }
        else
        {
            _idle = thread.Below;
        }

        if (thread.Below is { } below)
        {
            below.Above = thread.Above;
        }

        thread.Above = null;
        thread.Below = null;
        _idleCount--;
    }

    private struct Slot
    {
        internal IBlockingWork? Work;
        internal int Next;
        internal int Previous;
        internal uint QueuedAt;
        internal BlockingKind Kind;
    }
}
