using System;
using System.Threading;

namespace Kioto;

/// <summary>An enumeration that a token ends: who calls <c>WithCancellation</c> knows of no other way to stop one.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
/// <param name="inner">The enumeration. Its steps are cancel safe, so that none loses an element to the token.</param>
/// <param name="token">The token. It is looked at before each step, and cancels the one that waits.</param>
internal sealed class TokenEnumerator<T>(FutureEnumerator<T> inner, CancellationToken token) : FutureEnumerator<T>
{
    public override async Future<bool> MoveNextAsync()
    {
        // A sequence that is always ready would never meet the token in a wait.
        token.ThrowIfCancellationRequested();
        try
        {
            if (!await inner.MoveNextAsync().WithCancellation(token))
            {
                return false;
            }
        }
        catch (OperationCanceledException exception)
            when (exception is not FutureCancelledException && exception.CancellationToken != token && token.IsCancellationRequested)
        {
            // A source that heeds a token linked to this one was faster. The caller knows its own.
            throw new OperationCanceledException(exception.Message, exception, token);
        }

        Current = inner.Current;
        return true;
    }

    public override Future DisposeAsync() => inner.DisposeAsync();
}
