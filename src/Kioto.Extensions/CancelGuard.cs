using System;
using System.Threading;

namespace Kioto;

/// <summary>Cancels a token when it is disposed: whatever ends the block, the tree below it ends too.</summary>
public sealed class CancelGuard : IDisposable
{
    private CancelToken? _token;

    internal CancelGuard(CancelToken token) => _token = token;

    /// <summary>Lets the token live on.</summary>
    /// <returns>The token; null when the guard was disposed or disarmed already.</returns>
    public CancelToken? Disarm() => Interlocked.Exchange(ref _token, null);

    /// <summary>Cancels the token, unless disarmed.</summary>
    public void Dispose() => Disarm()?.Cancel();
}
