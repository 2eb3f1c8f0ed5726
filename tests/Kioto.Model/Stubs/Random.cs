namespace Kioto;

/// <summary>A schedule must determine an execution.</summary>
internal sealed class Random
{
    internal static Random Shared { get; } = new();

    internal long NextInt64() => 1;
}
