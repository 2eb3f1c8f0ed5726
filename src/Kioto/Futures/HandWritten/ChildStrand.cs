using System;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace Kioto;

/// <summary>A future with a strand of its own that somebody polls from within another strand.</summary>
/// <remarks>
/// What the strand wakes is the derived class's business. INVARIANT: all fields belong to whoever polls, one thread at
/// a time; handing over is ordered by what its owner uses to pass polls on (a task's state word, or a lock).
/// </remarks>
/// <typeparam name="T">The type of the result.</typeparam>
internal abstract class ChildStrand<T> : Strand
{
    private FutureSource<T>? _source;
    private uint _token;
    private T? _value;
    private ExceptionDispatchInfo? _error;
    private ExecutionContext? _context;
    private bool _begun;

    // Whose poll this is part of; known once it is cancelled.
    private Strand? _enclosing;

    // INVARIANT: what is woken for whoever polled it last; written by its poll, read by who hands out. Stale it may be:
    // then a handout is passed over once without need.
    private WakeTarget? _poller;

    // Whether one of its waiters has entered a queue.
    private bool _expects;

    internal sealed override Strand? Enclosing => _enclosing;

    /// <summary>Takes a future in. Nothing of it runs yet; it will start in the context, and in the scopes, of this call.</summary>
    /// <param name="future">A future that nobody has awaited.</param>
    /// <param name="ambient">The current thread's context.</param>
    internal void Load(Future<T> future, Ambient ambient)
    {
        future = future.Owned();
        _token = future.Source is { } source ? source.Claim(future.Token) : 0;
        _source = future.Source;
        _value = future.Value;
        _context = ContextFlow.Save(ambient);
        InheritScopes(LocalBinding.Innermost(ambient));
    }

    /// <summary>Polls once. The caller restores the execution context afterwards.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>Whether the future has completed: then <see cref="TakeOutcome"/> follows.</returns>
    internal bool PollChild(Ambient ambient)
    {
        Strand? outer = ambient.Strand;
        if (Cancelled)
        {
            _enclosing = outer;
        }

        Enter(outer);
        ambient.Strand = this;
        bool done = _begun ? Resume(ambient) : BeginChild(ambient);
        ambient.Strand = outer;
        return done;
    }

    /// <summary>Begins to unwind, or does so again: then what the cleanup waits for is cancelled.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>As <see cref="PollChild"/>.</returns>
    internal bool CancelChild(Ambient ambient)
    {
        if (!_begun)
        {
            // Never polled: there is nothing to unwind.
            _begun = true;
            if (_source is { State: SourceState.Created } source && source.Version == _token)
            {
                source.Abandon(); // Unless it was awaited elsewhere since it was loaded.
            }

            _source = null;
            Cancelled = true;
            _error = ExceptionDispatchInfo.Capture(Throw.Cancelled());
            return true;
        }

        Strand? outer = ambient.Strand;
        _enclosing = outer;
        Enter(outer);
        ambient.Strand = this;
        bool done = Cancel(ambient);
        ambient.Strand = outer;
        return done;
    }

    /// <summary>Takes the outcome of the completed future.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>Its result or its failure.</returns>
    internal FutureOutcome<T> TakeOutcome(Ambient ambient)
    {
        if (_error is { } error)
        {
            return new FutureOutcome<T>(error);
        }

        if (_source is not { } source)
        {
            return new FutureOutcome<T>(_value!);
        }

        // A yield has no state of its own: it asks the current strand whether it was cancelled.
        Strand? outer = ambient.Strand;
        ambient.Strand = this;
        try
        {
            _source = null;
            T value = source.Take(_token, ambient, out error);
            return error is null ? new FutureOutcome<T>(value) : new FutureOutcome<T>(error);
        }
        catch (FutureCancelledException cancelled)
        {
            return new FutureOutcome<T>(ExceptionDispatchInfo.Capture(cancelled));
        }
        finally
        {
            ambient.Strand = outer;
        }
    }

    internal sealed override WakeTarget? Poller => Volatile.Read(ref _poller)?.Poller; // ORDERING: acquire, pairs with Enter.

    // Its waiters wake the child, which has no turns of its own: what they are given lies with the task that polls it.
    internal sealed override void ExpectHandouts()
    {
        _expects = true;
        _poller?.ExpectHandouts();
    }

    internal sealed override bool HandOut(Handout handout)
    {
        // ORDERING: acquire, pairs with Enter.
        return Volatile.Read(ref _poller) is { } poller ? poller.HandOut(handout) : base.HandOut(handout);
    }

    internal sealed override void TakeHandout(Handout handout) => _poller?.TakeHandout(handout);

    /// <summary>As new, with no reference kept.</summary>
    /// <returns>False when somebody may still remember this strand: it must not serve another future.</returns>
    private protected bool TryReset()
    {
        ForgetChain();
        _source = null;
        _value = default;
        _error = null;
        _context = null;
        _begun = false;
        _enclosing = null;
        _poller = null;
        _expects = false;
        bool reusable = !IsRemembered;
        ResetCancellation();
        return reusable;
    }

    private void Enter(Strand? outer)
    {
        WakeTarget? poller = outer?.Target;
        if (ReferenceEquals(poller, _poller))
        {
            return;
        }

        if (_expects)
        {
            poller?.ExpectHandouts();
        }

        Volatile.Write(ref _poller, poller); // ORDERING: release of what it was told to expect, pairs with HandOut.
    }

    private bool BeginChild(Ambient ambient)
    {
        _begun = true;
        if (_source is null)
        {
            return true;
        }

        ContextFlow.Enter(_context, ambient);
        _context = null;
        try
        {
            return Begin(_source, _token, ambient);
        }
        catch (InvalidOperationException exception)
        {
            // It was awaited elsewhere since it was loaded.
            _error = ExceptionDispatchInfo.Capture(exception);
            _source = null;
            return true;
        }
    }
}
