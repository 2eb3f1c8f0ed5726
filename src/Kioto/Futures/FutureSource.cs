using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace Kioto;

/// <summary>The pooled object behind a future, and a node of an await chain.</summary>
/// <remarks>
/// A source is owned by one <see cref="Future{T}"/> value at a time: the version token that the value carries must
/// match <see cref="Version"/>, which changes when the source goes back to its pool.
/// INVARIANT: all fields are written only by the thread that currently polls the strand; a strand passes from thread
/// to thread through its task's state word, which orders them.
/// </remarks>
internal abstract class FutureSource
{
    /// <summary>The frame that awaits this one, once it is suspended; the pool's link while it lies in a pool.</summary>
    internal FutureSource? Parent;

    /// <summary>
    /// While a frame runs, the <see cref="Ambient"/> of its thread; while it is suspended, the execution context to
    /// resume with, where anything else stands for the default one; once it is done, its failure. Never two at a time.
    /// INVARIANT: an <see cref="Ambient"/> is kept by frames, and leaves of locks and channels, only, and by one that is
    /// done, that of the thread on which it has come to its end: its awaiter, which goes on there, gives it back to that
    /// thread's pool.
    /// </summary>
    private protected object? Aux;

    /// <summary>Changes at each return to the pool, so that a stale future value is recognised.</summary>
    internal uint Version;

    internal SourceState State;

    /// <summary>The execution context to resume with; null for the default one.</summary>
    internal ExecutionContext? Context => Aux as ExecutionContext;

    /// <summary>The context of the thread that runs this frame, for its builder. Only while it runs.</summary>
    internal Ambient Runner => Unsafe.As<Ambient>(Aux!); // SAFETY: a running frame was started or resumed, which sets it.

#if DEBUG || KIOTO_MODEL
    /// <summary>Whether somebody has rented it; see <see cref="Ownership"/>.</summary>
    internal bool IsOwned;
#endif

    /// <summary>Makes the first poll, on the current strand.</summary>
    /// <param name="token">The version that the future value carries.</param>
    /// <param name="ambient">The current thread's context; its strand is not null.</param>
    /// <returns>
    /// True when finished. False when suspended, or not started for want of stack: then <see cref="Attach"/> follows.
    /// </returns>
    internal abstract bool Start(uint token, Ambient ambient);

    /// <summary>Links a suspended (or not yet started) source to the frame that awaits it.</summary>
    /// <param name="awaiting">The frame that awaits, or null at the root of a strand.</param>
    /// <param name="strand">The strand that was polling.</param>
    internal abstract void Attach(FutureSource? awaiting, Strand strand);

    /// <summary>Resumes a frame; leaves have nothing to resume.</summary>
    /// <param name="ambient">The current thread's context.</param>
    internal abstract void Resume(Ambient ambient);

    /// <summary>Polls what a strand waits for again. Only of leaves.</summary>
    /// <param name="strand">The strand that waits for it, which polls it; its target is to be woken while pending.</param>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>True when the awaiting frame may resume: the operation has a result or a failure.</returns>
    internal virtual bool PollLeaf(Strand strand, Ambient ambient) => throw new System.NotSupportedException();

    /// <summary>Withdraws what a strand waits for, because that is being cancelled. Only of leaves.</summary>
    /// <param name="strand">The strand that is cancelled.</param>
    /// <returns>
    /// True when the frame may resume now and its await throws; false when somebody else still uses the operation's
    /// memory: the strand waits on, and the cancellation is delivered at its next await.
    /// </returns>
    internal virtual bool CancelLeaf(Strand strand) => throw new System.NotSupportedException();

    /// <summary>Gives an unused source back to its pool, or drops a suspended one without unwinding it.</summary>
    internal abstract void Abandon();

    /// <summary>Makes the outcome a <see cref="FutureCancelledException"/>, for whoever takes it.</summary>
    internal abstract void SetCancelled();

    /// <summary>The name of what it stands for in an await chain, for dumps: the method of a frame.</summary>
    internal virtual string Name => TypeNames.Of(GetType());

    /// <summary>Says what it waits for, for a dump. Any thread, while it may be polled: see <see cref="LeafDescription"/>.</summary>
    /// <param name="into">Where to say it.</param>
    internal virtual void Describe(LeafDescription into) => into.Set(Name);

    /// <summary>The scope of a task-local that this source opens for what it awaits, or null.</summary>
    internal virtual LocalBinding? Binding => null;

    /// <summary>Whether the outcome is a <see cref="FutureCancelledException"/> that nobody has thrown yet.</summary>
    internal virtual bool EndsCancelled => false;

    /// <summary>Whether this suspended frame has no cleanup to run and nothing that catches: it may be dropped.</summary>
    internal virtual bool CanDrop => false;

    /// <summary>Whether cancelling the strand waits for the end of this frame.</summary>
    internal virtual bool IsShield => false;

    /// <summary>What a strand waits for here, in words, for reports.</summary>
    internal virtual string Description => DescribeType(GetType());

    /// <summary>A shield keeps a cancellation until its end.</summary>
    internal virtual void HoldCancellation()
    {
    }

    /// <summary>Ends a suspended frame without running it any more: its outcome is "cancelled".</summary>
    internal virtual void Drop() => throw new System.NotSupportedException();

    /// <summary>Ends a suspended frame that may be dropped as what it awaits has ended, if that was by a cancellation.</summary>
    /// <param name="awaited">What it awaits. It is given back.</param>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>False if the frame must be resumed.</returns>
    internal virtual bool TryPassCancellation(FutureSource awaited, Ambient ambient) => false;

    /// <summary>The failure, if it is a <see cref="FutureCancelledException"/>.</summary>
    internal virtual ExceptionDispatchInfo? Cancellation => null;

    /// <summary>Makes the foreign await of this suspended frame throw <see cref="FutureCancelledException"/>.</summary>
    /// <param name="awaiter">The awaiter's type.</param>
    /// <returns>False if it can't be made to.</returns>
    internal virtual bool TryThrowAt(ForeignAwaiter? awaiter) => false;

    /// <summary>Gives a source back to its pool whose outcome nobody will take.</summary>
    /// <param name="ambient">The current thread's context.</param>
    internal virtual void Discard(Ambient ambient) => throw new System.NotSupportedException();

    /// <summary>Remembers the context to resume with.</summary>
    /// <param name="context">The context; null for the default one.</param>
    internal void SetContext(ExecutionContext? context)
    {
        if (context is not null || Aux is not Ambient) // Else it says so already, and a store costs a write barrier.
        {
            Aux = context;
        }
    }

    /// <summary>A frame runs on this thread, or a leaf has been polled to its end here.</summary>
    /// <param name="ambient">The current thread's context.</param>
    private protected void SetRunner(Ambient ambient)
    {
        if (!ReferenceEquals(Aux, ambient))
        {
            Aux = ambient; // A compare is cheaper than the store's write barrier.
        }
    }

    /// <summary>The outcome may be taken on another thread than the one that ran the frame.</summary>
    internal void ForgetRunner()
    {
        if (Aux is Ambient)
        {
            Aux = null;
        }
    }

    /// <summary>Keeps neither a context nor a failure.</summary>
    private protected void ClearAux()
    {
        if (Aux is not Ambient)
        {
            Aux = null;
        }
    }

    /// <summary>A type's name without its arity, and without what only Kioto's own code calls it.</summary>
    /// <param name="type">The type.</param>
    /// <returns>The name.</returns>
    private protected static string DescribeType(System.Type type)
    {
        string name = type.Name.Split('`')[0];
        return name.EndsWith("Leaf", System.StringComparison.Ordinal) ? name[..^4] : name;
    }

    /// <summary>Throws unless the future value that carries this token may use the source.</summary>
    /// <param name="token">The version that the future value carries.</param>
    internal void CheckFresh(uint token)
    {
        if (Version != token || State != SourceState.Created)
        {
            RejectUnlessShared();
        }
    }

    /// <summary>Hands an unused source to a new owner. Whoever still holds the future value finds that it was used.</summary>
    /// <remarks>
    /// The owner polls it later, perhaps on another thread: without this a second user would look at the state while
    /// the first one changes it, and both might start it.
    /// </remarks>
    /// <param name="token">The version that the future value carries.</param>
    /// <returns>The version that the owner carries.</returns>
    internal uint Claim(uint token)
    {
        CheckFresh(token);
        return this is YieldLeaf ? token : ++Version;
    }

    /// <summary>As <see cref="Claim"/>, for an owner who reports what is wrong with the future at its first poll.</summary>
    /// <param name="token">The version that the future value carries.</param>
    /// <returns>The version that the owner carries; the same one if the source may not be used.</returns>
    internal uint TryClaim(uint token) => Version == token && State == SourceState.Created ? ++Version : token;

    /// <summary>Throws what awaiting a future that can't be awaited throws.</summary>
    private protected virtual void Reject() => Throw.AlreadyAwaited();

    // Out of line: the yield is one object that everybody awaits, and always has its outcome.
    private void RejectUnlessShared()
    {
        if (this is not YieldLeaf)
        {
            Reject();
        }
    }
}
