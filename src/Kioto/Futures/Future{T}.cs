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
    /// <summary>Null for a ready value. Perhaps a <see cref="DirectSource{T}"/>: who polls it, or keeps it, asks <see cref="Owned"/> first.</summary>
    internal readonly FutureSource<T>? Source;

    /// <summary>The result of a ready one; of a direct one, whatever its source makes of it.</summary>
    internal readonly T Value;

    internal readonly uint Token;

    internal Future(FutureSource<T> source, uint token)
    {
        Source = source;
        Token = token;
        Value = default!;
    }

    // What a direct operation is to do: the meaning of the token and the value is the operation's.
    internal Future(DirectSource<T> source, uint token, in T value)
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

    Future<T> IArm<T>.Arm => this;

    /// <summary>Used by <c>await</c>. Starts nothing by itself.</summary>
    /// <returns>The awaiter.</returns>
    public FutureAwaiter<T> GetAwaiter() => new(in this);

    /// <summary>The same operation, with a source that nobody else has.</summary>
    /// <returns>The future that takes the place of this one.</returns>
    internal Future<T> Owned() => Source is { State: SourceState.Direct } source
        ? Unsafe.As<DirectSource<T>>(source).Own(Token, in Value) // SAFETY: no other source is Direct.
        : this;

    /// <summary>Where the result goes of a direct future that becomes a ready one, in the awaiter that holds it.</summary>
    /// <param name="future">The future.</param>
    /// <returns>The room for the result; <see cref="SetReady"/> follows.</returns>
    internal static ref T Room(ref Future<T> future) => ref Unsafe.AsRef(in future.Value); // SAFETY: the caller may write to it.

    /// <summary>Makes it a ready one: its value is the result.</summary>
    /// <param name="future">The future.</param>
    internal static void SetReady(ref Future<T> future) => Unsafe.AsRef(in future.Source) = null; // SAFETY: as above.
}
