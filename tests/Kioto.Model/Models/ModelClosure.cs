using System;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>A closure that runs or is refused, once.</summary>
internal sealed class ModelClosure(Action? body = null) : IBlockingWork
{
    private int _ends;

    public int Place { get; set; } = -1;

    internal bool HasRun { get; private set; }

    internal bool Refused { get; private set; }

    /// <summary>What happens when it has ended, either way.</summary>
    internal Action? Ended { get; init; }

    public void Run()
    {
        HasRun = true;
        body?.Invoke();
        End();
    }

    public void Refuse()
    {
        Refused = true;
        End();
    }

    private void End()
    {
        Assert.Equal(1, Interlocked.Increment(ref _ends));
        Ended?.Invoke();
    }
}
