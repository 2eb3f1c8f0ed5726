using System;

namespace Kioto;

/// <summary>One await of a future set: polls its woken children.</summary>
/// <typeparam name="T">The type of the children's results.</typeparam>
internal sealed class FutureSetLeaf<T> : LeafSource<SetItem<T>>
{
    private FutureSetCore<T>? _set;
    private FutureSetChild<T>? _child;
    private uint _version;
    private SetWait _wait;
    private bool _claimed;

    /// <summary>Waits for the next outcome; gives none when the set is empty.</summary>
    /// <param name="set">The set.</param>
    /// <param name="wait">With Ready it gives none either when that would take waiting.</param>
    /// <returns>The future to await.</returns>
    internal static Future<SetItem<T>> Next(FutureSetCore<T> set, SetWait wait = SetWait.Next) => Await(set, wait, null, 0);

    /// <summary>Cancels a child and waits for its end; gives its outcome.</summary>
    /// <param name="set">The set.</param>
    /// <param name="child">The child's place.</param>
    /// <param name="version">The version of the place.</param>
    /// <returns>The future to await.</returns>
    internal static Future<SetItem<T>> Cancel(FutureSetCore<T> set, FutureSetChild<T> child, uint version) =>
        Await(set, SetWait.One, child, version);

    /// <summary>Cancels all children and waits for their ends.</summary>
    /// <param name="set">The set.</param>
    /// <returns>The future to await.</returns>
    internal static Future<SetItem<T>> CancelAll(FutureSetCore<T> set) => Await(set, SetWait.All, null, 0);

    private static Future<SetItem<T>> Await(FutureSetCore<T> set, SetWait wait, FutureSetChild<T>? child, uint version)
    {
        FutureSetLeaf<T> leaf = SourcePool<FutureSetLeaf<T>>.Rent(Ambient.Current);
        leaf._set = set;
        leaf._wait = wait;
        leaf._child = child;
        leaf._version = version;
        return new Future<SetItem<T>>(leaf, leaf.Version);
    }

    // What a set holds is cancelled at its end, whatever becomes of who waits for that.
    private protected override bool StartsWhenCancelled => _wait == SetWait.All;

    internal override void Describe(LeafDescription into)
    {
        FutureSetCore<T> set = _set!;
        into.Set($"FutureSet<{TypeNames.Of(typeof(T))}> of {set.Living}", set);
        set.Describe(into);
    }

    private protected override bool Poll(ref PollContext context)
    {
        FutureSetCore<T> set = _set!;
        if (!_claimed && !TryBegin(set))
        {
            return true;
        }

        if (_wait <= SetWait.Ready && set.TryTakeFinished(out SetItem<T> item))
        {
            return End(item);
        }

        Ambient ambient = Ambient.Current;
        using CallersContext callers = CallersContext.Keep(ambient);
        while (set.Living > 0)
        {
            if (!set.TryPollNext(context.Waker, ambient, out EndedChild<T> ended))
            {
                return _wait == SetWait.Ready && End(default);
            }

            if (IsAnswer(set, ambient, ended))
            {
                return End(ended.Item);
            }
        }

        return End(default);
    }

    private protected override bool Withdraw()
    {
        if (_wait == SetWait.All && !_claimed)
        {
            return false; // It has yet to begin.
        }

        if (_wait <= SetWait.Ready || !_claimed)
        {
            Release();
            return true;
        }

        // The children are unwinding, and are waited for; what their cleanup waits for is cancelled.
        if (_wait == SetWait.All)
        {
            _set!.RequestCancelAll();
        }
        else
        {
            _set!.RequestCancel(_child!);
        }

        return false;
    }

    private protected override void Recycle(Ambient ambient)
    {
        Release();
        _set = null;
        _child = null;
        ClearOutcome();
        SourcePool<FutureSetLeaf<T>>.Return(ambient, this);
    }

    // Returns false when there is nothing to wait for: the leaf has its outcome.
    private bool TryBegin(FutureSetCore<T> set)
    {
        if (set.IsClaimed)
        {
            Fail(new InvalidOperationException(
                "Another await of this future set is in progress. A set has one consumer at a time."));
            return false;
        }

        if (set.IsDisposed && _wait <= SetWait.Ready)
        {
            Fail(new ObjectDisposedException("FutureSet", "The future set was disposed: its futures have been cancelled."));
            return false;
        }

        if (_wait == SetWait.One && _child!.Version != _version)
        {
            Complete(default);
            return false;
        }

        set.IsClaimed = true;
        _claimed = true;
        if (_wait == SetWait.All)
        {
            set.RequestCancelAll();
        }
        else if (_wait == SetWait.One)
        {
            set.RequestCancel(_child!);
        }

        return true;
    }

    private bool IsAnswer(FutureSetCore<T> set, Ambient ambient, EndedChild<T> ended)
    {
        switch (_wait)
        {
            case SetWait.Next or SetWait.Ready:
                return true;
            case SetWait.One:
                if (ReferenceEquals(ended.Child, _child) && ended.Version == _version)
                {
                    return true;
                }

                set.PutAside(ended.Item);
                return false;
            default:
                Report(ambient, ended.Item.Outcome);
                return false;
        }
    }

    // A failure that nobody will ask for is never silent.
    internal static void Report(Ambient ambient, FutureOutcome<T> outcome)
    {
        if (outcome.Error is { } error && !outcome.IsCancellation)
        {
            LostFailure.Report(error.SourceException, ambient);
        }
    }

    private bool End(SetItem<T> item)
    {
        Release();
        return Complete(item);
    }

    private void Release()
    {
        if (_claimed)
        {
            _claimed = false;
            _set!.IsClaimed = false;
            _set.ForgetWaker();
        }
    }
}
