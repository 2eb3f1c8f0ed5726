using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto.Sync;

/// <summary>Receives by <c>await foreach</c>, until the channel is closed and drained. For the compiler.</summary>
/// <remarks>Leaving the loop early closes nothing, and loses nothing: enumerate again, or receive.</remarks>
/// <typeparam name="T">The type of the values.</typeparam>
public sealed class RecvEnumerator<T> : FutureEnumerator<T>
{
    private readonly IReceiver<T> _receiver;

    internal RecvEnumerator(IReceiver<T> receiver) => _receiver = receiver;

    /// <summary>Waits for the next value. As safe to cancel as receiving it is.</summary>
    /// <returns>False when nothing comes any more.</returns>
    [CancelSafe]
    public override async Future<bool> MoveNextAsync()
    {
        RecvResult<T> result = await _receiver.RecvAsync();
        if (!result.TryGetValue(out T? value))
        {
            return false;
        }

        Current = value;
        return true;
    }

    /// <summary>Does nothing.</summary>
    /// <returns>A ready future.</returns>
    public override Future DisposeAsync() => Future.Completed;

    /// <summary>For those who know the interface only. The token is looked at between values, and wakes who waits.</summary>
    /// <param name="receiver">The receiver.</param>
    /// <param name="token">Ends the loop by <see cref="OperationCanceledException"/>.</param>
    /// <returns>The values.</returns>
    internal static async IAsyncEnumerator<T> Through(IReceiver<T> receiver, CancellationToken token)
    {
        while (true)
        {
            token.ThrowIfCancellationRequested();
            RecvResult<T> result = await receiver.RecvAsync().WithCancellation(token);
            if (!result.TryGetValue(out T? value))
            {
                yield break;
            }

            yield return value;
        }
    }
}
