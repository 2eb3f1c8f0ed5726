using Kioto.Sync;

namespace Kioto;

/// <summary>Runs a future on a strand of its own until it completes or a token is cancelled.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
internal sealed class UntilLeaf<T> : LeafSource<RecvResult<T>>
{
    private readonly Arm _work = new();
    private readonly Arm _signal = new();
    private Future<T> _future;
    private CancelToken? _token;

    // The wait for the token, from its beginning until it is given back.
    private FutureSource? _wait;
    private bool _begun;
    private bool _waiting;
    private bool _cancelling;
    private bool _done;

    internal static Future<RecvResult<T>> Await(Future<T> future, CancelToken token)
    {
        UntilLeaf<T> leaf = SourcePool<UntilLeaf<T>>.Rent(Ambient.Current);
        leaf._future = future.Owned();
        leaf._token = token;
        return new Future<RecvResult<T>>(leaf, leaf.Version);
    }

    internal override void Abandon()
    {
        // No user code may run any more: frames are dropped, and this with them.
        _work.DropFrames();
        _signal.DropFrames();
    }

    internal override void Describe(LeafDescription into)
    {
        into.Set("a future, or its CancelToken");
        into.Add("work", _work);
        into.Add("token", _signal);
    }

    private protected override bool Poll(ref PollContext context)
    {
        if (_future.Source is not { } source)
        {
            return Complete(new RecvResult<T>(_future.Value));
        }

        Ambient ambient = Ambient.Current;
        WakeTarget target = context.Waker.Target!;
        if (!_done)
        {
            _done = _work.Run(ambient, target, source, _future.Token, ref _begun);
        }

        if (!_done && !_cancelling && Signalled(ambient, target))
        {
            _cancelling = true;
            _done = _work.CancelIn(ambient, target);
        }

        return _done && Finish(source);
    }

    private protected override bool Withdraw()
    {
        Ambient ambient = Ambient.Current;
        if (!_begun || _done)
        {
            _future.Source?.Abandon();
            return true;
        }

        // What the work's cleanup awaits is polled on by this leaf: the strand waits for it.
        _cancelling = true;
        _done = _work.CancelIn(ambient, ambient.Strand?.Target);
        if (_done)
        {
            Drop(_future.Source!);
        }

        return _done;
    }

    private protected override void Recycle(Ambient ambient)
    {
        if (_wait is { } wait)
        {
            if (_waiting)
            {
                _signal.CancelIn(ambient, ambient.Strand?.Target ?? _signal.Target);
                _waiting = false;
            }

            wait.Discard(ambient); // Nobody asks for its outcome.
            _wait = null;
        }

        _work.Forget();
        _signal.Forget();
        _future = default;
        _token = null;
        _begun = false;
        _cancelling = false;
        _done = false;
        ClearOutcome();
        SourcePool<UntilLeaf<T>>.Return(ambient, this);
    }

    private static void Drop(FutureSource<T> source)
    {
        // Its failure, if it has another one than its cancellation, was its cleanup's.
        source.Take(source.Version, Ambient.Current, out _);
    }

    private bool Signalled(Ambient ambient, WakeTarget target)
    {
        if (_token!.IsCancelled)
        {
            return true;
        }

        bool begun = _wait is not null;
        if (begun && !_waiting)
        {
            return false; // The token was disposed: it will never be cancelled.
        }

        Future<bool> signal = begun ? default : _token.SignalAsync();
        _wait ??= signal.Source!;
        _waiting = true;
        _waiting = !_signal.Run(ambient, target, _wait, signal.Token, ref begun);
        return _token.IsCancelled;
    }

    private bool Finish(FutureSource<T> source)
    {
        T value = source.Take(source.Version, Ambient.Current, out System.Runtime.ExceptionServices.ExceptionDispatchInfo? error);
        if (error is null)
        {
            return Complete(new RecvResult<T>(value));
        }

        if (_cancelling && error.SourceException is FutureCancelledException)
        {
            return Complete(default);
        }

        Error = error;
        State = SourceState.Done;
        return true;
    }

    /// <summary>A strand that wakes the one that polls this leaf.</summary>
    private sealed class Arm : Strand
    {
        private WakeTarget? _target;

        private protected override WakeTarget OuterTarget => _target!;

        internal override void Wake() => _target?.Wake();

        internal bool Run(Ambient ambient, WakeTarget target, FutureSource source, uint token, ref bool begun)
        {
            _target = target;
            Strand? outer = ambient.Strand;
            ambient.Strand = this;
            try
            {
                if (begun)
                {
                    return Resume(ambient);
                }

                begun = true;
                InheritScopes(outer?.Locals);
                return Begin(source, token, ambient);
            }
            finally
            {
                ambient.Strand = outer;
            }
        }

        internal bool CancelIn(Ambient ambient, WakeTarget? target)
        {
            _target = target;
            Strand? outer = ambient.Strand;
            ambient.Strand = this;
            try
            {
                return Cancel(ambient);
            }
            finally
            {
                ambient.Strand = outer;
            }
        }

        internal void Forget()
        {
            ForgetChain();
            ResetCancellation();
            _target = null;
        }
    }
}
