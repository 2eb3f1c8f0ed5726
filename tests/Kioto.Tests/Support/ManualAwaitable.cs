using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Kioto.Tests;

/// <summary>How a <see cref="ManualAwaitable"/> completes.</summary>
internal enum Completing
{
    InsideOnCompleted,
    OnAnotherThread,
    WhenTold,
}

/// <summary>A foreign awaitable whose awaiter knows <c>OnCompleted</c> only.</summary>
internal sealed class ManualAwaitable(Completing completing) : INotifyCompletion
{
    private Action? _continuation;
    private int _completed;

    internal bool HasContinuation => Volatile.Read(ref _continuation) is not null;

    public bool IsCompleted => false;

    public ManualAwaitable GetAwaiter() => this;

    public int GetResult()
    {
        Assert.Equal(1, Volatile.Read(ref _completed));
        return 42;
    }

    public void OnCompleted(Action continuation)
    {
        Volatile.Write(ref _continuation, continuation);
        switch (completing)
        {
            case Completing.InsideOnCompleted:
                Complete();
                break;
            case Completing.OnAnotherThread:
                new Thread(Complete) { IsBackground = true }.UnsafeStart();
                break;
        }
    }

    internal void Complete()
    {
        Volatile.Write(ref _completed, 1);
        _continuation!();
    }
}

/// <summary>The same, with an awaiter that also knows <c>UnsafeOnCompleted</c>.</summary>
internal readonly struct CriticalAwaitable(ManualAwaitable inner) : ICriticalNotifyCompletion
{
    public bool IsCompleted => inner.IsCompleted;

    public CriticalAwaitable GetAwaiter() => this;

    public int GetResult() => inner.GetResult();

    public void OnCompleted(Action continuation) => throw new NotSupportedException();

    public void UnsafeOnCompleted(Action continuation) => inner.OnCompleted(continuation);
}
