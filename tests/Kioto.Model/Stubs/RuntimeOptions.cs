namespace Kioto;

internal sealed record RuntimeOptions
{
    internal int WorkerThreads { get; init; } = 2;

    internal int EventInterval { get; init; } = 61;

    internal int GlobalQueueInterval { get; init; } = 61;

    internal bool LifoSlot { get; init; } = true;

    /// <summary>What a worker does before it goes to sleep; null for nothing.</summary>
    internal System.Action? OnPark { get; init; }

    internal string ThreadName { get; init; } = "worker";
}
