using System;
using System.Runtime.CompilerServices;

namespace Kioto;

/// <summary>A lazy operation without a result: nothing runs before it is awaited or spawned.</summary>
/// <remarks>
/// Awaiting it twice, or copying it and awaiting both copies, throws <see cref="InvalidOperationException"/>: the
/// object behind it is pooled. A future that is never used costs nothing and never runs. As Rust's <c>Future</c>.
/// </remarks>
[AsyncMethodBuilder(typeof(FutureMethodBuilder))]
public readonly partial struct Future : IArm<Unit>
{
    internal Future(FutureSource<Unit> source, uint token)
    {
        Source = source;
        Token = token;
    }

    /// <summary>A future that is ready. Awaiting it never suspends.</summary>
    public static Future Completed => default;

    internal FutureSource<Unit>? Source { get; }

    Future<Unit> IArm<Unit>.Arm => Source is { } source ? new Future<Unit>(source, Token) : default;

    internal uint Token { get; }

    /// <summary>A future that is ready with <paramref name="value"/>.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="value">The result.</param>
    /// <returns>The ready future.</returns>
    public static Future<T> FromResult<T>(T value) => new(value);

    /// <summary>Used by <c>await</c>. Starts nothing by itself.</summary>
    /// <returns>The awaiter.</returns>
    public FutureAwaiter GetAwaiter() => new(this);
}
