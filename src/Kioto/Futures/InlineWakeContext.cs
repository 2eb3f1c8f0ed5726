using System.Threading;

namespace Kioto;

/// <summary>Current while a foreign awaitable is given its continuation, which is a task's wake: a few instructions.</summary>
/// <remarks>
/// With no synchronization context, Task hands continuations to the .NET thread pool whenever the completer has a
/// context of its own or completes asynchronously, and then a starved pool delays our task. With this one the
/// continuation is posted here, and runs on whatever thread completes.
/// </remarks>
internal sealed class InlineWakeContext : SynchronizationContext
{
    private static readonly InlineWakeContext s_instance = new();

    public override void Post(SendOrPostCallback d, object? state) => d(state);

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    internal static Scope Enter()
    {
        SynchronizationContext? previous = Current;
        SetSynchronizationContext(s_instance);
        return new Scope(previous);
    }

    internal readonly ref struct Scope(SynchronizationContext? previous)
    {
        public void Dispose() => SetSynchronizationContext(previous);
    }
}
