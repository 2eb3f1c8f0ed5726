namespace Kioto.Tool.Tests;

/// <summary>
/// For tests that shrink .NET's thread pool: they run alone. Others block its threads while they wait for processes,
/// whose answers are read by its threads.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class WholePoolCollection
{
    internal const string Name = "Whole pool";
}
