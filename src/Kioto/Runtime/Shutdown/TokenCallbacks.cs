using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>Cancels the tokens of a runtime that shuts down, on threads of its own: a callback that blocks holds up nobody for ever.</summary>
/// <remarks>One thread cancels one token after another; while one of them is held up, another one goes on with the rest.</remarks>
/// <param name="threadName">The name of its threads.</param>
internal sealed class TokenCallbacks(string threadName)
{
    /// <summary>For how long one token may hold up the others.</summary>
    private const int TurnMillis = 10;

    // INVARIANT: whose callbacks the thread runs, and for whose threads it does so: a callback may end another runtime,
    // whose callbacks end the first. Written by its own thread.
    [ThreadStatic]
    private static Inside? t_inside;

    // Not a Lock: it is waited on.
    private readonly object _gate = new();

    // INVARIANT: guarded by the gate, as is how many have been begun.
    private readonly Queue<TokenCallback> _waiting = [];
    private readonly List<TokenCallback> _running = [];
    private int _begun;

    /// <summary>Whether this thread is in a callback, or in one of another runtime that is waited for there.</summary>
    internal bool IsInside
    {
        get
        {
            for (Inside? inside = t_inside; inside is not null; inside = inside.Outer)
            {
                if (ReferenceEquals(inside.Of, this))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether all that was begun has ended.</summary>
    internal bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count + _running.Count == 0;
            }
        }
    }

    /// <summary>Cancels tokens, on another thread.</summary>
    /// <param name="callbacks">The tokens.</param>
    internal void Begin(params ReadOnlySpan<TokenCallback> callbacks)
    {
        if (callbacks.IsEmpty)
        {
            return;
        }

        lock (_gate)
        {
            foreach (TokenCallback callback in callbacks)
            {
                _waiting.Enqueue(callback);
            }
        }

        StartThread();
    }

    /// <summary>Waits for what was begun, unless this thread is in it.</summary>
    /// <param name="until">When it is waited for no longer. All have been begun then.</param>
    internal void Wait(long until)
    {
        if (IsInside)
        {
            return;
        }

        lock (_gate)
        {
            while (_waiting.Count + _running.Count > 0)
            {
                long left = until - Clock.Now;
                if (left <= 0 && _waiting.Count == 0)
                {
                    return;
                }

                int begun = _begun;
                Monitor.Wait(_gate, (int)long.Clamp(left / 1_000_000, 1, TurnMillis));
                if (_waiting.Count > 0 && _begun == begun)
                {
                    StartThread();
                }
            }
        }
    }

    /// <summary>Those that have not returned, but for one that this thread is in.</summary>
    /// <returns>They.</returns>
    internal List<TokenCallback> Snapshot()
    {
        if (IsInside)
        {
            return [];
        }

        lock (_gate)
        {
            return [.. _running, .. _waiting];
        }
    }

    private void StartThread()
    {
        Inside inside = new(this, t_inside);
        Threads.Start(() => Run(inside), threadName);
    }

    private void Run(Inside inside)
    {
        t_inside = inside;
        while (TryTake() is { } callback)
        {
            callback.Cancel();
            lock (_gate)
            {
                _running.Remove(callback);
                Monitor.PulseAll(_gate);
            }
        }
    }

    private TokenCallback? TryTake()
    {
        lock (_gate)
        {
            if (!_waiting.TryDequeue(out TokenCallback? callback))
            {
                return null;
            }

            _begun++;
            _running.Add(callback);
            return callback;
        }
    }

    private sealed record Inside(TokenCallbacks Of, Inside? Outer);
}
