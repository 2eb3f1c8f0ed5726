using System;
using System.Diagnostics;

namespace Kioto;

/// <summary>Checks that a pooled source has one owner. Debug builds and models only: elsewhere there is no trace of it.</summary>
internal static class Ownership
{
    /// <summary>A pool hands the source out.</summary>
    /// <param name="source">The source.</param>
    /// <exception cref="InvalidOperationException">It has an owner already.</exception>
    [Conditional("DEBUG")]
    [Conditional("KIOTO_MODEL")]
    internal static void Begin(FutureSource source)
    {
#if DEBUG || KIOTO_MODEL
        if (source.IsOwned)
        {
            throw new InvalidOperationException($"A pool handed out a {source.GetType()} that is in use.");
        }

        source.IsOwned = true;
#endif
    }

    /// <summary>Its owner gives the source back.</summary>
    /// <param name="source">The source.</param>
    /// <exception cref="InvalidOperationException">It was given back before.</exception>
    [Conditional("DEBUG")]
    [Conditional("KIOTO_MODEL")]
    internal static void End(FutureSource source)
    {
#if DEBUG || KIOTO_MODEL
        Check(source);
        source.IsOwned = false;
#endif
    }

    /// <summary>The source is about to run.</summary>
    /// <param name="source">The source.</param>
    /// <exception cref="InvalidOperationException">It lies in a pool.</exception>
    [Conditional("DEBUG")]
    [Conditional("KIOTO_MODEL")]
    internal static void Check(FutureSource source)
    {
#if DEBUG || KIOTO_MODEL
        if (!source.IsOwned)
        {
            throw new InvalidOperationException(
                $"A {source.GetType()} is used, or returned, that was returned to its pool before.");
        }
#endif
    }
}
