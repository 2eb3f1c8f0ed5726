using System;
using System.Runtime.CompilerServices;

namespace Kioto.Tool.Bench;

/// <summary>A leaf that suspends and is resumed by hand, on the same thread: no scheduler takes part.</summary>
internal sealed class Pause : ICriticalNotifyCompletion
{
    private Action? _continuation;

    public bool IsCompleted => false;

    public Pause GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => _continuation = continuation;

    public void UnsafeOnCompleted(Action continuation) => _continuation = continuation;

    public void Resume() => _continuation!();
}
