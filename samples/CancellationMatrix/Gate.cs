using System;
using System.Threading;
using System.Threading.Tasks;
using Kioto;

namespace CancellationMatrix;

/// <summary>What one step waits for: counts as a registration from its first pending poll until it is over.</summary>
internal sealed class Gate : IFuture<int>, IDisposable
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _task = new();
    private Waker _waker;
    private bool _open;
    private bool _registered;
    private bool _reached;

    internal bool IsRegistered
    {
        get
        {
            lock (_lock)
            {
                return _registered;
            }
        }
    }

    internal Task Task => _task.Task;

    public Poll<int> Poll(ref PollContext context)
    {
        lock (_lock)
        {
            _registered = !_open;
            _waker = context.Waker;
            return _open ? Poll<int>.Ready(0) : Poll<int>.Pending;
        }
    }

    /// <summary>Withdrawn.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _registered = false;
        }
    }

    internal void Reach()
    {
        lock (_lock)
        {
            _reached = true;
        }
    }

    /// <summary>Whether the program has come here.</summary>
    /// <returns>True if it has.</returns>
    internal bool IsReached()
    {
        lock (_lock)
        {
            return _reached;
        }
    }

    internal void Open()
    {
        Waker waker = default;
        lock (_lock)
        {
            _open = true;
            if (_registered)
            {
                waker = _waker;
            }
        }

        waker.Wake();
        _task.TrySetResult();
    }
}
