using System;

namespace Kioto;

/// <summary>While alive, its runtime is the current thread's. Dispose guards in reverse order of entering.</summary>
public sealed class EnterGuard : IDisposable
{
    private readonly Ambient _ambient;
    private readonly Scheduler? _previous;
    private readonly RuntimeScheduler _scheduler;
    private readonly int _depth;
    private bool _disposed;

    internal EnterGuard(RuntimeScheduler scheduler)
    {
        _ambient = Ambient.Current;
        _previous = _ambient.Scheduler;
        _scheduler = scheduler;
        _ambient.Scheduler = scheduler;
        _depth = ++_ambient.Guards;
    }

    /// <summary>Restores the runtime that was current before.</summary>
    /// <exception cref="InvalidOperationException">Another guard was entered later and is still alive, or this is another thread.</exception>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        if (!ReferenceEquals(_ambient, Ambient.Current) || _ambient.Guards != _depth || !ReferenceEquals(_ambient.Scheduler, _scheduler))
        {
            throw new InvalidOperationException(
                "Enter guards must be disposed in reverse order, on the thread that entered.");
        }

        _disposed = true;
        _ambient.Guards--;
        _ambient.Scheduler = _previous;
    }
}
