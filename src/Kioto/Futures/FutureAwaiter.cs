using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Kioto;

/// <summary>Awaits a <see cref="Future"/>. For the compiler.</summary>
public readonly struct FutureAwaiter : ICriticalNotifyCompletion, IFutureAwaiter
{
    private readonly Future _future;

    internal FutureAwaiter(Future future) => _future = future;

    /// <summary>Polls the future for the first time; true if it completed at once.</summary>
    public bool IsCompleted => _future.Source is not { } source || FutureStart.Poll(source, _future.Token);

    /// <summary>Throws the failure, if there is one.</summary>
    [StackTraceHidden] // As .NET's awaiters: a trace is the caller's methods, not how they were awaited.
    public void GetResult()
    {
        if (_future.Source is { } source)
        {
            source.GetAwaited(_future.Token);
        }
    }

    /// <summary>Runs the future as a task of its own for a method of another builder, then the continuation.</summary>
    /// <param name="continuation">What to run when the future has completed.</param>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>Runs the future as a task of its own for a method of another builder, then the continuation.</summary>
    /// <param name="continuation">What to run when the future has completed.</param>
    public void UnsafeOnCompleted(Action continuation) => Bridge.Start(_future.Source, continuation);

    void IFutureAwaiter.Attach(FutureSource awaiting, Strand strand) => _future.Source!.Attach(awaiting, strand);
}
