namespace Kioto;

/// <summary>What a pool was made with.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Threads">The most threads.</param>
/// <param name="Queue">How many closures may wait for a thread; null without bound.</param>
internal sealed record BlockingPoolOptions(string Name, int Threads, int? Queue)
{
    /// <summary>The pool of SpawnBlocking.</summary>
    internal const string DefaultName = "io";

    /// <summary>The pool with as many threads as there are processors.</summary>
    internal const string CpuName = "cpu";
}
