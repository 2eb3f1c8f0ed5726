using System.Collections.Generic;
using System.Threading;

namespace Kioto.LocalSetTests;

/// <summary>A hand-written future that is ready once opened; any thread may open it.</summary>
internal sealed class Gate : IFuture<int>
{
    private readonly Lock _lock = new();
    private readonly List<Waker> _wakers = [];
    private bool _open;
    private int _value;

    internal int Polls { get; private set; }

    public Poll<int> Poll(ref PollContext context)
    {
        lock (_lock)
        {
            Polls++;
            if (_open)
            {
                return Poll<int>.Ready(_value);
            }

            _wakers.Add(context.Waker);
            return Poll<int>.Pending;
        }
    }

    internal void Open(int value = 0)
    {
        List<Waker> wakers;
        lock (_lock)
        {
            _open = true;
            _value = value;
            wakers = [.. _wakers];
            _wakers.Clear();
        }

        foreach (Waker waker in wakers)
        {
            waker.Wake();
        }
    }

    internal Future<int> WaitAsync() => this.AsFuture();
}
