using System.Collections.Generic;
using System.Threading;

namespace Kioto.Tests;

/// <summary>Happens once, for any number of awaiters on any threads.</summary>
internal sealed class Event
{
    private readonly Lock _lock = new();
    private readonly List<Waker> _wakers = [];
    private bool _set;

    internal bool IsSet
    {
        get
        {
            lock (_lock)
            {
                return _set;
            }
        }
    }

    internal Future<int> WaitAsync() => Poll.Of((ref PollContext context) =>
    {
        lock (_lock)
        {
            if (_set)
            {
                return Poll<int>.Ready(0);
            }

            _wakers.Add(context.Waker);
            return Poll<int>.Pending;
        }
    });

    internal void Set()
    {
        Waker[] wakers;
        lock (_lock)
        {
            _set = true;
            wakers = [.. _wakers];
            _wakers.Clear();
        }

        foreach (Waker waker in wakers)
        {
            waker.Wake();
        }
    }
}
