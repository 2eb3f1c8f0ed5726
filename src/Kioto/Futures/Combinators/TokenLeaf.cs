using System.Threading;

namespace Kioto;

/// <summary>Waits until a .NET cancellation token is cancelled.</summary>
internal sealed class TokenLeaf : LeafSource<Unit>
{
    private CancellationToken _token;
    private CancellationTokenRegistration _registration;
    private bool _registered;

    // INVARIANT: written by the poller before it looks at the token, read by the callback after the token has changed.
    // A callback that comes late wakes whoever uses this object then, for nothing.
    private WakeTarget? _target;

    internal static Future<Unit> Await(CancellationToken token)
    {
        TokenLeaf leaf = SourcePool<TokenLeaf>.Rent(Ambient.Current);
        leaf._token = token;
        return new Future<Unit>(leaf, leaf.Version);
    }

    internal override void Describe(LeafDescription into) => into.Set("a CancellationToken to be cancelled");

    private protected override bool Poll(ref PollContext context)
    {
        if (_token.IsCancellationRequested)
        {
            return Complete(default);
        }

        // ORDERING: full fence between writing the target and looking at the token, which is cancelled by an atomic
        // operation before its callbacks are called.
        Interlocked.Exchange(ref _target, context.Waker.Target);
        if (!_registered)
        {
            _registered = true;
            _registration = _token.UnsafeRegister(static leaf => Volatile.Read(ref ((TokenLeaf)leaf!)._target)?.Wake(), this);
        }

        return _token.IsCancellationRequested && Complete(default);
    }

    private protected override bool Withdraw() => true;

    private protected override void Recycle(Ambient ambient)
    {
        // Does not wait for a callback that is running: it would deadlock in user code, and such a callback only wakes.
        _registration.Unregister();
        _registration = default;
        _registered = false;
        _token = default;
        _target = null;
        ClearOutcome();
        SourcePool<TokenLeaf>.Return(ambient, this);
    }
}
