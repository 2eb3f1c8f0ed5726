using System;
using System.Diagnostics;

namespace Kioto;

/// <summary>Checks that a pooled object has one owner. Debug builds and models only: elsewhere there is no trace of it.</summary>
/// <remarks>Sources, bridges and queued actions: all that Kioto pools.</remarks>
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
        Begin(source, ref source.IsOwned);
#endif
    }

    /// <summary>A pool hands the task out.</summary>
    /// <param name="task">A task of a pooled kind.</param>
    /// <exception cref="InvalidOperationException">It has an owner already.</exception>
    [Conditional("DEBUG")]
    [Conditional("KIOTO_MODEL")]
    internal static void Begin(TaskHeader task)
    {
#if DEBUG || KIOTO_MODEL
        Begin(task, ref task.IsOwned);
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

    /// <summary>Its owner gives the task back.</summary>
    /// <param name="task">A task of a pooled kind.</param>
    /// <exception cref="InvalidOperationException">It was given back before.</exception>
    [Conditional("DEBUG")]
    [Conditional("KIOTO_MODEL")]
    internal static void End(TaskHeader task)
    {
#if DEBUG || KIOTO_MODEL
        Check(task);
        task.IsOwned = false;
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
        Check(source, source.IsOwned);
#endif
    }

    /// <summary>The task is about to run.</summary>
    /// <param name="task">A task of a pooled kind.</param>
    /// <exception cref="InvalidOperationException">It lies in a pool.</exception>
    [Conditional("DEBUG")]
    [Conditional("KIOTO_MODEL")]
    internal static void Check(TaskHeader task)
    {
#if DEBUG || KIOTO_MODEL
        Check(task, task.IsOwned);
#endif
    }

#if DEBUG || KIOTO_MODEL
    private static void Begin(object pooled, ref bool isOwned)
    {
        if (isOwned)
        {
            throw new InvalidOperationException($"A pool handed out a {pooled.GetType()} that is in use.");
        }

        isOwned = true;
    }

    private static void Check(object pooled, bool isOwned)
    {
        if (!isOwned)
        {
            throw new InvalidOperationException(
                $"A {pooled.GetType()} is used, or returned, that was returned to its pool before.");
        }
    }
#endif
}
