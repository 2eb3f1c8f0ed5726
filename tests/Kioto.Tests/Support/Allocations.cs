using System;

namespace Kioto.Tests;

/// <summary>Measures what a loop allocates, once it is warm.</summary>
internal static class Allocations
{
    internal const int Rounds = 20_000;

    internal static void AssertNothing(RuntimeKind kind, Func<int, Future> body) => AssertNothing(kind, Rounds, body);

    internal static void AssertNothing(RuntimeKind kind, int rounds, Func<int, Future> body) =>
        Assert.Equal(0.0, Measure(kind, rounds, body));

    internal static double Measure(RuntimeKind kind, int rounds, Func<int, Future> body)
    {
        double least = double.MaxValue;
        Runtimes.Run(kind, async () => least = await MeasureHere(rounds, body));
        return least;
    }

    /// <summary>Measures on the current runtime.</summary>
    /// <param name="rounds">How many rounds the body is to do.</param>
    /// <param name="body">The body.</param>
    /// <returns>Bytes a round, in the whole process.</returns>
    internal static async Future<double> MeasureHere(int rounds, Func<int, Future> body)
    {
        // Tiers settle in the background while the runtime sleeps, and what settling allocates is not ours: so the least
        // of several attempts counts, and it must be exactly the expected.
        double least = double.MaxValue;
        for (int attempt = 0; attempt < 100 && least != 0; attempt++)
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
