using System;

namespace Kioto.Tests;

/// <summary>Measures what a loop allocates, once it is warm.</summary>
internal static class Allocations
{
    internal const int Rounds = 20_000;

    internal static void AssertNothing(RuntimeKind kind, Func<int, Future> body) => AssertNothing(kind, Rounds, body);

    internal static void AssertNothing(RuntimeKind kind, int rounds, Func<int, Future> body) =>
        Assert.Equal(0.0, Measure(kind, rounds, body));

    // Bytes a round, in the whole process. Tiers settle in the background while the runtime sleeps, and what settling
    // allocates is not ours: so the least of several attempts counts, and it must be exactly the expected.
    internal static double Measure(RuntimeKind kind, int rounds, Func<int, Future> body)
    {
        double least = double.MaxValue;
        Runtimes.Run(kind, async () =>
        {
            for (int attempt = 0; attempt < 25; attempt++)
            {
                await body(rounds);
                await Kio.Sleep(TimeSpan.FromMilliseconds(attempt < 5 ? 30 : 5));
                long before = GC.GetTotalAllocatedBytes(true);
                await body(rounds);
                long bytes = GC.GetTotalAllocatedBytes(true) - before;
                least = double.Min(least, (double)bytes / rounds);
                if (least == 0)
                {
                    return;
                }
            }
        });
        return least;
    }
}
