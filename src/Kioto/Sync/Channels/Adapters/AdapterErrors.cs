using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace Kioto.Sync;

/// <summary>What .NET's channels make of the error that a writer was completed with.</summary>
internal static class AdapterErrors
{
    /// <summary>Ends a reader's completion: a cancellation cancels it. Nobody need look at it.</summary>
    /// <param name="completion">The completion.</param>
    /// <param name="failure">The error, or null.</param>
    internal static void Complete(TaskCompletionSource completion, Exception? failure)
    {
        switch (failure)
        {
            case null:
                completion.TrySetResult();
                break;
            case OperationCanceledException canceled:
                completion.TrySetCanceled(canceled.CancellationToken);
                break;
            default:
                completion.TrySetException(failure);
                _ = completion.Task.Exception; // Who reads learns it elsewhere: it is no unobserved one.
                break;
        }
    }

    /// <summary>Throws the error itself, as waiting does, with where it was thrown first.</summary>
    /// <param name="failure">The error, or null.</param>
    internal static void ThrowIfFailed(Exception? failure)
    {
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Throws what reading and writing throw after the end: a cancellation, or that the channel is closed, because of the error.</summary>
    /// <param name="failure">The error, or null.</param>
    [DoesNotReturn]
    internal static void ThrowClosed(Exception? failure)
    {
        if (failure is OperationCanceledException)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        throw new ChannelClosedException(failure);
    }
}
