using System;
using System.Diagnostics.CodeAnalysis;

namespace Kioto.Sync;

/// <summary>What is said of an end of a channel that was used after it had been disposed.</summary>
internal static class DisposedEnd
{
    /// <summary>Throws if it was disposed.</summary>
    /// <param name="disposed">Whether it was.</param>
    /// <param name="end">A sender, a receiver, a weak sender, or one of Kioto.Extensions' pollers.</param>
    /// <exception cref="ObjectDisposedException">It was.</exception>
    internal static void ThrowIf([DoesNotReturnIf(true)] bool disposed, object end)
    {
        if (disposed)
        {
            Throw(end);
        }
    }

    [DoesNotReturn]
    private static void Throw(object end)
    {
        string type = end.GetType().Name;
        int generic = type.IndexOf('`');
        string name = generic < 0 ? type : type[..generic];
        string remedy = name.StartsWith("Weak", StringComparison.Ordinal) ? "Downgrade of a sender makes one"
            : name.StartsWith("BroadcastReceiver", StringComparison.Ordinal) ? "Subscribe, or Resubscribe of another, makes one"
            : name.StartsWith("Poll", StringComparison.Ordinal) ? "its constructor makes one"
            : "Clone of another makes one";
        throw new ObjectDisposedException(name, $"This {name} was disposed. Use one that is alive: {remedy}.");
    }
}
