using System;

namespace Kioto;

/// <summary>While alive, its runtime or local set is the current thread's. Dispose guards in reverse order of entering.</summary>
public sealed class EnterGuard : IDisposable
{
    private readonly Ambient _ambient;
    private readonly Scheduler? _previous;
    private readonly Scheduler _scheduler;
    private readonly int _depth;
    private readonly bool _isLocal;
    private bool _disposed;

    internal EnterGuard(RuntimeScheduler scheduler)
    {
        _ambient = Ambient.Current;
        _previous = _ambient.Scheduler;
        _scheduler = scheduler;
        _ambient.Scheduler = scheduler;
        _depth = ++_ambient.Guards;
    }

    internal EnterGuard(LocalSetScheduler set)
    {
        _ambient = Ambient.Current;
        _previous = _ambient.Local;
        _scheduler = set;
        _isLocal = true;
        _ambient.Local = set;
        _depth = ++_ambient.Guards;
    }

    /// <summary>Restores what was current before. Idempotent.</summary>
    /// <exception cref="InvalidOperationException">
    /// Another guard was entered later and is still alive, or this is another thread. The guard stays alive: dispose it
    /// again after the other one.
    /// </exception>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        Scheduler? current = _isLocal ? _ambient.Local : _ambient.Scheduler;
        if (!ReferenceEquals(_ambient, Ambient.Current) || _ambient.Guards != _depth || !ReferenceEquals(current, _scheduler))
        {
            throw new InvalidOperationException(
                "Enter guards must be disposed in reverse order, on the thread that entered.");
        }

        _disposed = true;
        _ambient.Guards--;
        if (_isLocal)
        {
            _ambient.Local = _previous;
        }
        else
        {
            _ambient.Scheduler = _previous;
        }
    }
}
