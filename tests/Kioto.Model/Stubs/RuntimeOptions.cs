namespace Kioto;

internal sealed record RuntimeOptions
{
    internal int WorkerThreads { get; init; } = 2;

    internal string ThreadName { get; init; } = "worker";
}
