using System;
using System.Threading;

namespace Kioto.Tests;

/// <summary>A closure that blocks its thread until it is let go on.</summary>
internal sealed class Gate : IDisposable
{
    private readonly ManualResetEventSlim _open = new();

    internal ManualResetEventSlim Entered { get; } = new();

    public void Dispose()
    {
        _open.Set(); // A failed assertion leaves no thread behind.
    }

    internal void Pass()
    {
        Entered.Set();
        _open.Wait();
    }

    internal void Open() => _open.Set();
}
