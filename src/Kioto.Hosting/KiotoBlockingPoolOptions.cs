namespace Kioto.Hosting;

/// <summary>A pool of threads for blocking closures: <c>Kioto:BlockingPools:NAME</c>.</summary>
public sealed class KiotoBlockingPoolOptions
{
    /// <summary>How many threads it may have. 1 to 32767; it must be given.</summary>
    public int Threads { get; set; }

    /// <summary>How many closures may wait while all are busy, 0 or more. Default: null, no bound.</summary>
    public int? Queue { get; set; }
}
