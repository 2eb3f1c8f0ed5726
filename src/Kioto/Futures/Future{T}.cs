using System;
using System.Runtime.CompilerServices;

namespace Kioto;

/// <summary>A lazy operation with a result: nothing runs before it is awaited or spawned.</summary>
/// <remarks>
/// Awaiting it twice, or copying it and awaiting both copies, throws <see cref="InvalidOperationException"/>: the
/// object behind it is pooled. (Locks, permits and mpsc channels need no such object before they wait: a future of
/// theirs that is awaited twice asks twice.) A future that is never used costs nothing and never runs. As Rust's <c>Future</c>.
/// </remarks>
/// <typeparam name="T">The type of the result.</typeparam>
[AsyncMethodBuilder(typeof(FutureMethodBuilder<>))]
public readonly struct Future<T> : IArm<T>
{
    internal Future(FutureSource<T> source, uint token)
    {
        Source = source;
        Token = token;
        Value = default!;
    }

    // What a direct operation is to do: the meaning of the token and the value is the operation's.
    internal Future(DirectSource<T> source, uint token, T value)
    {
        Source = source;
        Token = token;
        Value = value;
    }

    internal Future(T value)
    {
        Source = null;
        Token = 0;
        Value = value;
    }

    /// <summary>Null for a ready value. Perhaps a <see cref="DirectSource{T}"/>: who polls it, or keeps it, asks <see cref="Owned"/> first.</summary>
    internal FutureSource<T>? Source { get; }

    Future<T> IArm<T>.Arm => this;

    internal T Value { get; }

    internal uint Token { get; }

    /// <summary>Used by <c>await</c>. Starts nothing by itself.</summary>
    /// <returns>The awaiter.</returns>
    public FutureAwaiter<T> GetAwaiter() => new(this);

    /// <summary>The same operation, with a source that nobody else has.</summary>
    /// <returns>The future that takes the place of this one.</returns>
    internal Future<T> Owned() => Source is { State: SourceState.Direct } source
        ? Unsafe.As<DirectSource<T>>(source).Own(in this) // SAFETY: no other source is Direct.
        : this;
}
