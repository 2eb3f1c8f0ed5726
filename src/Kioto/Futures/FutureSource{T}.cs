using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Kioto;

/// <summary>A source with a typed result.</summary>
/// <remarks>INVARIANT: one that can be <see cref="SourceState.Done"/> is a <see cref="ResultSource{T}"/>; the others have no room for a result.</remarks>
/// <typeparam name="T">The type of the result.</typeparam>
internal abstract class FutureSource<T> : FutureSource
{
    // Cancelling a strand whose frames are dropped throws nothing: the exception is made for who takes the outcome.
    private static readonly ExceptionDispatchInfo s_cancelled = ExceptionDispatchInfo.Capture(Throw.Cancelled());

    private protected ExceptionDispatchInfo? Error
    {
        get => Aux as ExceptionDispatchInfo;
        set => Aux = value;
    }

    /// <summary>Takes the outcome without throwing, and gives the source back to its pool.</summary>
    /// <param name="token">The version that the future value carries.</param>
    /// <param name="ambient">The current thread's context.</param>
    /// <param name="error">The failure, or null.</param>
    /// <returns>The result, or the default when there is a failure.</returns>
    internal T Take(uint token, Ambient ambient, out ExceptionDispatchInfo? error)
    {
        if (Version != token || State != SourceState.Done)
        {
            Throw.NotCompleted();
        }

        T result = Unsafe.As<ResultSource<T>>(this).Result!; // SAFETY: it is Done.
        error = ReferenceEquals(Error, s_cancelled) ? ExceptionDispatchInfo.Capture(Throw.Cancelled()) : Error;
        Recycle(ambient);
        return result;
    }

    /// <summary>Takes the result, or throws the failure, and gives the source back to its pool.</summary>
    /// <param name="token">The version that the future value carries.</param>
    /// <returns>The result.</returns>
    [StackTraceHidden]
    internal T GetResult(uint token)
    {
        // The yield has nothing to give and goes to no pool; it only throws, once some yield has been cancelled.
        if (typeof(T) == typeof(Unit) && ReferenceEquals(this, YieldLeaf.Instance) && !YieldLeaf.EverCancelled)
        {
            return default!;
        }

        T result = Take(token, Ambient.Current, out ExceptionDispatchInfo? error);
        error?.Throw();
        return result;
    }

    /// <summary>As <see cref="GetResult"/>, for an awaiter on the thread that has polled the source to its end.</summary>
    /// <remarks>
    /// A frame, or leaf, that ended without a failure still knows that thread's <see cref="Ambient"/>: a thread-static read
    /// less for each await. Who goes on elsewhere has got there by a bridge, which makes it forget it.
    /// </remarks>
    /// <param name="token">The version that the future value carries.</param>
    /// <returns>The result.</returns>
    [StackTraceHidden]
    internal virtual T GetAwaited(uint token)
    {
        if (!IsAwaitedHere(token, out Ambient? runner))
        {
            return GetResult(token);
        }

        T result = Unsafe.As<ResultSource<T>>(this).Result!; // SAFETY: it is Done.
        Recycle(runner);
        return result;
    }

    /// <summary>Whether it has ended without a failure on this thread, and this is the awaiter that may take the result.</summary>
    /// <param name="token">The version that the future value carries.</param>
    /// <param name="runner">This thread's context, if so.</param>
    /// <returns>If not, <see cref="GetResult"/> finds out what is.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every await
    private protected bool IsAwaitedHere(uint token, [NotNullWhen(true)] out Ambient? runner)
    {
        runner = Aux as Ambient;
        bool isHere = runner is not null && Version == token && State == SourceState.Done;
        Debug.Assert(!isHere || ReferenceEquals(runner, Ambient.Current), "an outcome has changed threads without a bridge");
        return isHere;
    }

    internal sealed override void SetCancelled()
    {
        Error = s_cancelled;
        State = SourceState.Done;
    }

    internal override bool EndsCancelled => ReferenceEquals(Error, s_cancelled);

    internal sealed override ExceptionDispatchInfo? Cancellation =>
        Error is { SourceException: FutureCancelledException } ? Error : null;

    internal sealed override void Discard(Ambient ambient) => Recycle(ambient);

    /// <summary>Clears every reference and returns to the pool; the version changes first.</summary>
    /// <param name="ambient">The current thread's context.</param>
    private protected abstract void Recycle(Ambient ambient);
}
