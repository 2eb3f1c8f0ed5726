using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tool.Bench;

/// <summary>Runs async code on the calling thread alone: a synchronization context with a queue, and a loop that empties it.</summary>
internal sealed class CurrentThreadContext : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _own = new();
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _foreign = [];
    private Thread? _thread;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Thread.CurrentThread == _thread)
        {
            _own.Enqueue((d, state));
        }
        else
        {
            _foreign.Add((d, state));
        }
    }

    public T Run<T>(Func<Task<T>> work)
    {
        SynchronizationContext? before = Current;
        SetSynchronizationContext(this);
        _thread = Thread.CurrentThread;
        try
        {
            Task<T> task = work();
            while (!task.IsCompleted)
            {
                (SendOrPostCallback callback, object? state) = _own.TryDequeue(out var own) ? own : _foreign.Take();
                callback(state);
            }

            return task.GetAwaiter().GetResult();
        }
        finally
        {
            _thread = null;
            SetSynchronizationContext(before);
        }
    }
}
