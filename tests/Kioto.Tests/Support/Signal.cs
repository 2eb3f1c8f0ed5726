using System.Threading;

namespace Kioto.Tests;

/// <summary>A hand-written future that is ready once somebody sets it: any number of tasks, one waker each.</summary>
internal sealed class Signal : IFuture<int>
{
    private readonly Lock _lock = new();
    private Waker _waker;
    private bool _set;

    internal int Polls { get; private set; }

    internal int Value { get; set; }

    internal bool IsSet => Volatile.Read(ref _set);

    public Poll<int> Poll(ref PollContext context)
    {
        lock (_lock)
        {
            Polls++;
            if (_set)
            {
                return Kioto.Poll<int>.Ready(Value);
            }

            _waker = context.Waker;
            return Kioto.Poll<int>.Pending;
        }
    }

    /// <summary>Wakes without being ready.</summary>
    internal void WakeForNothing()
    {
        Waker waker;
        lock (_lock)
        {
            waker = _waker;
        }

        waker.Wake();
    }

    internal void Set(int value = 0)
    {
        Waker waker;
        lock (_lock)
        {
            Value = value;
            _set = true;
            waker = _waker;
        }

        waker.Wake();
    }
}
