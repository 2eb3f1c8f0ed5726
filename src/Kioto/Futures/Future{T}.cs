using System;
using System.Runtime.CompilerServices;

namespace Kioto;

/// <summary>A lazy operation with a result: nothing runs before it is awaited or spawned.</summary>
/// <remarks>
/// Awaiting it twice, or copying it and awaiting both copies, throws <see cref="InvalidOperationException"/>: the
/// object behind it is pooled. A future that is never used costs nothing and never runs. As Rust's <c>Future</c>.
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

    internal Future(T value)
    {
        Source = null;
        Token = 0;
        Value = value;
    }

    internal FutureSource<T>? Source { get; }

    Future<T> IArm<T>.Arm => this;

    internal T Value { get; }

    internal uint Token { get; }

    /// <summary>Used by <c>await</c>. Starts nothing by itself.</summary>
    /// <returns>The awaiter.</returns>
    public FutureAwaiter<T> GetAwaiter() => new(this);
}
