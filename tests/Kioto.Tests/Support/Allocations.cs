using System;

namespace Kioto.Tests;

/// <summary>Measures what a loop allocates, once it is warm.</summary>
internal static class Allocations
{
    internal const int Rounds = 20_000;

    internal static void AssertNothing(RuntimeKind kind, Func<int, Future> body) => AssertNothing(kind, Rounds, body);

    internal static void AssertNothing(RuntimeKind kind, int rounds, Func<int, Future> body) =>
        Assert.Equal(0.0, Measure(kind, rounds, 0, body));

    /// <summary>Measures on a runtime of its own.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="rounds">How many rounds the body is to do.</param>
    /// <param name="enough">At how many bytes a round there is nothing more to find out.</param>
    /// <param name="body">The body.</param>
    /// <returns>Bytes a round, in the whole process.</returns>
    internal static double Measure(RuntimeKind kind, int rounds, double enough, Func<int, Future> body)
    {
        double least = double.MaxValue;
        Runtimes.Run(kind, async () => least = await MeasureHere(rounds, enough, body));
        return least;
    }

    /// <summary>Measures on the current runtime.</summary>
    /// <param name="rounds">How many rounds the body is to do.</param>
    /// <param name="enough">At how many bytes a round there is nothing more to find out.</param>
    /// <param name="body">The body.</param>
    /// <returns>Bytes a round, in the whole process.</returns>
    internal static async Future<double> MeasureHere(int rounds, double enough, Func<int, Future> body)
    {
        // Tiers settle in the background while the runtime sleeps, and what settling allocates is not ours: so the least
        // of several attempts counts.
        double least = double.MaxValue;
        for (int attempt = 0; attempt < 100 && least > enough; attempt++)
        {
            await body(rounds);
            await Kio.Sleep(TimeSpan.FromMilliseconds(attempt < 5 ? 30 : 5));
            long before = GC.GetTotalAllocatedBytes(true);
            await body(rounds);
            long bytes = GC.GetTotalAllocatedBytes(true) - before;
            least = double.Min(least, (double)bytes / rounds);
        }

        return least;
    }
}
