using System;
using System.Threading;
using System.Threading.Tasks;
using Kioto;

namespace CancellationMatrix;

/// <summary>What one step waits for: counts as a registration from its first pending poll until it is over.</summary>
internal sealed class Gate(Op op, bool isBridged = false) : IFuture<int>, IDisposable
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _task = new();
    private readonly TaskCompletionSource<int> _number = new();
    private readonly TaskCompletionSource<string> _text = new();
    private Waker _waker;
    private bool _open;
    private bool _registered;
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

    internal Task<int> Number => _number.Task;

    internal Task<string> Text => _text.Task;

    /// <summary>Whether the program waits here until this is opened or withdrawn.</summary>
    internal bool IsLeaf => op is Op.Leaf or Op.NestedLeaf;

    /// <summary>Whether a method of another builder waits for it: an abort reaches that after it has reached the task.</summary>
    internal bool IsBridged => isBridged;

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
        _number.TrySetResult(1);
        _text.TrySetResult("");
    }
}
