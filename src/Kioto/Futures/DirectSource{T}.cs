using System;

namespace Kioto;

/// <summary>An operation that mostly is to be had at once: one object stands for all its futures, and none needs a leaf before it waits.</summary>
/// <remarks>
/// The future says what is wanted, by its token and its value; its await tries that, and only when it can't be had makes
/// a leaf. Whoever else takes such a future (a task, an arm, a combinator) makes the leaf first: see
/// <see cref="Future{T}.Owned"/>. So nothing happens before the first poll here either. See docs/decisions/0072.
/// INVARIANT: immutable, and its state is always Direct, which no pooled source ever is.
/// </remarks>
/// <typeparam name="T">The type of the result.</typeparam>
internal abstract class DirectSource<T> : FutureSource<T>
{
    private protected DirectSource() => State = SourceState.Direct;

    internal sealed override bool Start(uint token, Ambient ambient) => throw NotOwned();

    internal sealed override void Attach(FutureSource? awaiting, Strand strand) => throw NotOwned();

    internal sealed override void Resume(Ambient ambient) => throw NotOwned();

    internal sealed override void Abandon()
    {
    }

    /// <summary>Tries the operation, for an await. Must not throw.</summary>
    /// <param name="token">What is wanted: the future's token.</param>
    /// <param name="value">What is wanted: the future's value; then the result, which is made in place.</param>
    /// <param name="ambient">The current thread's context; its strand, which is not null, wants it.</param>
    /// <returns>False when it can't be had at once: nothing has happened.</returns>
    internal abstract bool TryNow(uint token, ref T value, Ambient ambient);

    /// <summary>Makes the same operation one with a leaf of its own.</summary>
    /// <param name="token">What is wanted.</param>
    /// <param name="value">What is wanted.</param>
    /// <returns>A future that can wait.</returns>
    internal abstract Future<T> Own(uint token, in T value);

    private protected sealed override void Recycle(Ambient ambient)
    {
    }

    private static NotSupportedException NotOwned() => new("A direct future was not made one with a leaf.");
}
