using System.Collections.Generic;

namespace Kioto;

/// <summary>The children of a future set, and how they are polled.</summary>
/// <remarks>
/// Wakers, on any thread, touch a child's state word, the ready list and the waker cell; everything else belongs to the
/// consumer. INVARIANT, WAKE: the consumer registers its waker, then takes from the ready list until it is empty, or
/// asks for another turn itself; a pusher that finds the list empty wakes. So whenever the consumer waits and a child
/// is on the list, a wake has been sent that it has not answered yet.
/// </remarks>
/// <typeparam name="T">The type of the results.</typeparam>
internal sealed class FutureSetCore<T>
{
    /// <summary>After so many polls of children the set lets the rest of the task, and other tasks, have a turn.</summary>
    internal const int PollsPerTurn = 128;

    /// <summary>How many free places a set keeps at most.</summary>
    internal const int MaxFree = 1024;

    private readonly ReadyList<T> _ready = new();
    private readonly AtomicWaker _waker = new();
    private FutureSetChild<T>? _free;
    private int _freeCount;

    // The living children, the newest first.
    private FutureSetChild<T>? _newest;

    // Children that have asked for another turn behind the ones that are ready: pushed when these have had theirs.
    private FutureSetChild<T>? _yielded;
    private FutureSetChild<T>? _lastYielded;

    // What completed while somebody waited for a certain child only.
    private Queue<SetItem<T>>? _finished;

    /// <summary>Futures that have not completed, and outcomes that nobody has taken.</summary>
    internal int Count => Living + (_finished?.Count ?? 0);

    /// <summary>Futures that have not completed.</summary>
    internal int Living { get; private set; }

    /// <summary>Whether somebody waits for the set, who alone may poll it.</summary>
    internal bool IsClaimed { get; set; }

    internal bool IsDisposed { get; set; }

    /// <summary>Names the living children, for a dump: up to as many as it shows.</summary>
    /// <param name="into">Where to.</param>
    internal void Describe(LeafDescription into)
    {
        int index = 0;
        for (FutureSetChild<T>? child = _newest; child is not null && index < StrandCapture.MostStrands; child = child.Older)
        {
            into.Add($"{index++}", child);
        }
    }

    /// <summary>Takes a future in, to be polled at the consumer's next turn.</summary>
    /// <param name="future">The future.</param>
    /// <param name="tag">What its outcome is to be marked with.</param>
    /// <returns>Its place.</returns>
    internal FutureSetChild<T> Add(Future<T> future, int tag = 0)
    {
        FutureSetChild<T> child = _free ?? new FutureSetChild<T>(this);
        child.Load(future, Ambient.Current); // Throws for a stale future: then the place is still free.
        if (ReferenceEquals(child, _free))
        {
            _free = child.Next;
            _freeCount--;
        }

        child.Tag = tag;
        child.Older = _newest;
        if (_newest is { } newest)
        {
            newest.Newer = child;
        }

        _newest = child;
        Living++;
        child.State.TransitionToLive();
        Push(child);
        return child;
    }

    /// <summary>A wake of a child, from any thread.</summary>
    /// <param name="child">The child.</param>
    internal void WakeChild(FutureSetChild<T> child)
    {
        if (child.State.TransitionToQueued() == SetChildWake.Push)
        {
            Push(child);
        }
    }

    /// <summary>Cancels a child at its next turn, which comes soon.</summary>
    /// <param name="child">A living child.</param>
    internal void RequestCancel(FutureSetChild<T> child)
    {
        child.CancelRequested = true;
        WakeChild(child);
    }

    /// <summary>Cancels all children, again if they were being cancelled.</summary>
    internal void RequestCancelAll()
    {
        for (FutureSetChild<T>? child = _newest; child is not null; child = child.Older)
        {
            RequestCancel(child);
        }
    }

    /// <summary>Takes an outcome that was put aside.</summary>
    /// <param name="item">The outcome.</param>
    /// <returns>Whether there was one.</returns>
    internal bool TryTakeFinished(out SetItem<T> item)
    {
        item = default;
        return _finished is not null && _finished.TryDequeue(out item);
    }

    /// <summary>Puts aside an outcome for whoever asks for the next one.</summary>
    /// <param name="item">The outcome.</param>
    internal void PutAside(SetItem<T> item) => (_finished ??= new()).Enqueue(item);

    /// <summary>Polls woken children until one of them has completed.</summary>
    /// <param name="waker">Whom to wake when a child is woken.</param>
    /// <param name="ambient">The current thread's context.</param>
    /// <param name="ended">How it ended.</param>
    /// <returns>Whether one has completed; otherwise the consumer waits, or has asked for another turn.</returns>
    internal bool TryPollNext(Waker waker, Ambient ambient, out EndedChild<T> ended)
    {
        _waker.Register(waker);
        int polls = 0;
        while (_ready.Take() is { } child)
        {
            if (child.State.TransitionToPolling() == SetChildTurn.Free)
            {
                Free(child);
                continue;
            }

            if (Poll(child, ambient))
            {
                ended = End(child, ambient);
                return true;
            }

            if (child.HasYielded)
            {
                KeepForNextTurn(child);
            }

            if (++polls == PollsPerTurn || ambient.Budget <= 0)
            {
                if (ambient.Budget <= 0)
                {
                    ambient.ForceYield();
                }

                PushYielded();
                AskForTurn(waker, ambient);
                ended = default;
                return false;
            }
        }

        if (_yielded is not null)
        {
            PushYielded();
            AskForTurn(waker, ambient);
        }

        ended = default;
        return false;
    }

    /// <summary>Nobody waits any more: nothing keeps the waiter alive.</summary>
    internal void ForgetWaker() => _waker.Take();

    private static bool Poll(FutureSetChild<T> child, Ambient ambient)
    {
        if (!child.CancelRequested)
        {
            return child.PollChild(ambient);
        }

        child.CancelRequested = false;
        return child.CancelChild(ambient);
    }

    private static void AskForTurn(Waker waker, Ambient ambient)
    {
        if (ambient.Strand is { } strand)
        {
            strand.RequestYield();
        }
        else
        {
            waker.Wake();
        }
    }

    private void Push(FutureSetChild<T> child)
    {
        if (_ready.Push(child))
        {
            _waker.Wake();
        }
    }

    private void KeepForNextTurn(FutureSetChild<T> child)
    {
        child.HasYielded = false;
        if (child.State.TransitionToQueued() == SetChildWake.Push)
        {
            child.Next = null;
            if (_yielded is null)
            {
                _yielded = child;
            }
            else
            {
                _lastYielded!.Next = child;
            }

            _lastYielded = child;
        }
    }

    private void PushYielded()
    {
        while (_yielded is { } child)
        {
            _yielded = child.Next;
            _ready.Push(child); // No wake: the caller asks for another turn.
        }

        _lastYielded = null;
    }

    private EndedChild<T> End(FutureSetChild<T> child, Ambient ambient)
    {
        EndedChild<T> ended = new(new SetItem<T>(child.TakeOutcome(ambient), child.Tag), child, child.Version++);
        if (child.Newer is { } newer)
        {
            newer.Older = child.Older;
        }
        else
        {
            _newest = child.Older;
        }

        if (child.Older is { } older)
        {
            older.Newer = child.Newer;
        }

        child.Older = null;
        child.Newer = null;
        Living--;
        if (child.State.TransitionToEnded() == SetChildEnd.Free)
        {
            Free(child);
        }

        return ended;
    }

    private void Free(FutureSetChild<T> child)
    {
        if (child.TryClear() && _freeCount < MaxFree)
        {
            child.Next = _free;
            _free = child;
            _freeCount++;
        }
    }
}
