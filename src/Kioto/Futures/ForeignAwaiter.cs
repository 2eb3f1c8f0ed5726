using System;

namespace Kioto;

/// <summary>What is known of one type of foreign awaiter.</summary>
internal abstract class ForeignAwaiter
{
    /// <summary>The awaiter's type.</summary>
    internal abstract Type Type { get; }

    /// <summary>An awaiter of this type whose <c>GetResult</c> throws, or null if there can be none.</summary>
    /// <param name="exception">What it throws.</param>
    /// <returns>The awaiter, boxed.</returns>
    internal abstract object? Throwing(Exception exception);
}
