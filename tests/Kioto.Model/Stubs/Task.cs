using System;

namespace Kioto;

/// <summary>A .NET task whose completion the explorer sees: a state, set before the one continuation is taken and run.</summary>
internal class Task
{
    private static readonly Action s_completed = () => { };

    private Action? _continuation;
    private int _state;

    internal bool IsCompleted => Volatile.Read(ref _state) != 0;

    internal bool IsCompletedSuccessfully => IsCompleted;

    internal bool IsCanceled => false;

    internal bool IsFaulted => false;

    internal AggregateException? Exception => null;

    internal void SetCompleted()
    {
        Interlocked.Exchange(ref _state, 1);
        Interlocked.Exchange(ref _continuation, s_completed)?.Invoke();
    }

    internal Task ConfigureAwait(bool continueOnCapturedContext) => this;

    internal Task GetAwaiter() => this;

    internal void UnsafeOnCompleted(Action continuation)
    {
        if (Interlocked.CompareExchange(ref _continuation, continuation, null) is not null)
        {
            continuation();
        }
    }
}
