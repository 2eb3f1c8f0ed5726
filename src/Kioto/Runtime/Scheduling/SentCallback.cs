using System;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace Kioto;

/// <summary>A callback whose sender blocks until it has run.</summary>
internal sealed class SentCallback(SendOrPostCallback callback, object? state)
{
    private readonly ThreadParker _sender = new();

    // INVARIANT: written by who runs the callback before _done, read by the sender after it.
    private ExceptionDispatchInfo? _failure;
    private bool _done;

    /// <summary>Posts it, waits for its end, and throws what it threw.</summary>
    /// <param name="context">Where it runs.</param>
    internal void Send(SynchronizationContext context)
    {
        context.Post(static sent => ((SentCallback)sent!).Run(), this);
        while (!Volatile.Read(ref _done)) // ORDERING: pairs with Run's release.
        {
            _sender.Park();
        }

        _failure?.Throw();
    }

    private void Run()
    {
        try
        {
            callback(state);
        }
        catch (Exception exception)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
        }

        Volatile.Write(ref _done, true); // ORDERING: release of _failure; pairs with Send's acquire.
        _sender.Unpark();
    }
}
