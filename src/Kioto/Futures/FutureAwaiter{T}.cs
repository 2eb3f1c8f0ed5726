using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Kioto;

/// <summary>Awaits a <see cref="Future{T}"/>. For the compiler.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
public struct FutureAwaiter<T> : ICriticalNotifyCompletion, IFutureAwaiter
{
    // Changed by IsCompleted: what a direct operation gave at once, or the leaf that waits for it. The compiler asks the
    // awaiter itself, before it copies it into the state machine.
    private Future<T> _future;

    internal FutureAwaiter(in Future<T> future) => _future = future;

    /// <summary>Polls the future for the first time; true if it completed at once.</summary>
    public bool IsCompleted => _future.Source is not { } source || FutureStart.Poll(ref _future, source);

    /// <summary>Takes the result, or throws the failure.</summary>
    /// <returns>The result.</returns>
    [StackTraceHidden] // As .NET's awaiters: a trace is the caller's methods, not how they were awaited.
    public readonly T GetResult() => _future.Source is { } source ? source.GetAwaited(_future.Token) : _future.Value;

    /// <summary>Runs the future as a task of its own for a method of another builder, then the continuation.</summary>
    /// <param name="continuation">What to run when the future has completed.</param>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <summary>Runs the future as a task of its own for a method of another builder, then the continuation.</summary>
    /// <param name="continuation">What to run when the future has completed.</param>
    public void UnsafeOnCompleted(Action continuation) => Bridge.Start((_future = _future.Owned()).Source, continuation);

    readonly void IFutureAwaiter.Attach(FutureSource awaiting, Strand strand) => _future.Source!.Attach(awaiting, strand);
}
