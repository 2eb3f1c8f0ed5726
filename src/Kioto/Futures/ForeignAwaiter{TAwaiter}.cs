using System;
using System.Runtime.CompilerServices;

namespace Kioto;

/// <inheritdoc/>
/// <typeparam name="TAwaiter">The type of the awaiter.</typeparam>
internal sealed class ForeignAwaiter<TAwaiter> : ForeignAwaiter
{
    internal static readonly ForeignAwaiter<TAwaiter> Instance = new();

    /// <summary>Whether it is one of .NET's own, which call a continuation once: then the continuation may serve again.</summary>
    internal static readonly bool CallsOnce =
        TaskAwaiters.Include(typeof(TAwaiter)) || typeof(TAwaiter) == typeof(YieldAwaitable.YieldAwaiter);

    internal override Type Type => typeof(TAwaiter);

    internal override object? Throwing(Exception exception) => TaskAwaiters.Throwing<TAwaiter>(exception);
}
