using System;
using System.Threading;
using Xunit;

namespace Kioto.LocalSetTests;

/// <summary>Combinators whose arms are woken from other threads, on a local set; each case names its seed.</summary>
public class CombinatorTests(ITestOutputHelper output)
{
    [Theory]
    [MemberData(nameof(StressTests.Cases), MemberType = typeof(StressTests))]
    public void ArmsWakeFromOtherThreads(int workers, int seed) => Bounded.Run(() =>
    {
        output.WriteLine($"workers {workers}, seed {seed}");
        using Runtime runtime = SpawnLocalTests.NewRuntime(workers);
        using LocalSet set = new();
        Random random = new(seed);
        set.BlockOn(runtime, async () =>
        {
            int home = Environment.CurrentManagedThreadId;
            for (int round = 0; round < 300; round++)
            {
                Gate one = new();
                Gate two = new();
                int spin = random.Next(200);
                JoinHandle opener = Kio.SpawnBlocking(() =>
                {
                    one.Open(1);
                    Thread.SpinWait(spin);
                    two.Open(2);
                });
                switch (round % 4)
                {
                    case 0:
                        Assert.Equal((1, 2), await Kio.Join(one.WaitAsync(), two.WaitAsync()));
                        break;
                    case 1:
                        Selected<int, int> selected = await Kio.Select(one.WaitAsync(), two.WaitAsync());
                        Assert.Equal(selected.Index + 1, selected.Index == 0 ? selected.First : selected.Second);
                        break;
                    case 2:
                        Assert.Equal(2, await two.WaitAsync().Timeout(TimeSpan.FromHours(1)));
                        break;
                    default:
                        await AbortInASelect(one, two);
                        break;
                }

                Assert.Equal(home, Environment.CurrentManagedThreadId);
                await opener;
            }
        });
    });

    private static async Future AbortInASelect(Gate one, Gate two)
    {
        int started = 0;
        int cleaned = 0;
        JoinHandle<(int, int)> handle = Kio.SpawnLocal(async () => await Kio.Join(Clean(one), Clean(two)));
        await Kio.YieldNow();
        handle.Abort();
        await handle.JoinAsync();
        Assert.Equal(started, cleaned);

        async Future<int> Clean(Gate gate)
        {
            started++;
            try
            {
                return await gate.WaitAsync();
            }
            finally
            {
                try
                {
                    await Kio.YieldNow(); // Throws, if the gate was open and the abort comes now.
                }
                finally
                {
                    cleaned++;
                }
            }
        }
    }
}
