using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto.Tests;

/// <summary>Children of future sets are woken from many threads at random moments: a lost wake hangs.</summary>
[Collection(SerialCollection.Name)]
public sealed class FutureSetStormTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void No_wake_of_a_child_is_lost(RuntimeKind kind)
    {
        int seed = Seed.Next();
        Runtimes.Run(kind, async () =>
        {
            Random random = new(seed);
            await using FutureSet<int> set = new();
            int left = 8000;
            int sum = 0;
            int expected = 0;
            for (int i = 0; i < 16; i++)
            {
                Add();
            }

            while (set.Count > 0)
            {
                sum += await set.NextAsync();
                for (int added = random.Next(3); added > 0 && left > 0 && set.Count < 40; added--)
                {
                    Add();
                }

                if (set.Count == 0 && left > 0)
                {
                    Add();
                }
            }

            Assert.Equal(expected, sum);

            void Add()
            {
                left--;
                int value = random.Next(100);
                expected += value;
                set.Add(Child(value, random.Next(4)));
            }
        });
    }

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Cancelling_races_with_wakes(RuntimeKind kind)
    {
        int seed = Seed.Next();
        Runtimes.Run(kind, async () =>
        {
            Random random = new(seed);
            for (int round = 0; round < 200; round++)
            {
                int begun = 0;
                int ended = 0;
                FutureSet<int> set = new();
                List<FutureSetKey> keys = [];
                for (int i = 0; i < 12; i++)
                {
                    keys.Add(set.Add(Cleaned(i, random.Next(1, 5))));
                }

                for (int i = random.Next(4); i > 0; i--)
                {
                    await set.NextAsync();
                }

                for (int i = random.Next(4); i > 0; i--)
                {
                    await set.CancelAsync(keys[random.Next(keys.Count)]);
                }

                await set.DisposeAsync();
                Assert.Equal(0, set.Count);
                Assert.Equal(begun, ended);

                async Future<int> Cleaned(int value, int steps)
                {
                    begun++;
                    try
                    {
                        return await Child(value, steps);
                    }
                    finally
                    {
                        // On the way out of a child that had its result, cancelling hits this await.
                        try
                        {
                            await Child(value, 1);
                        }
                        finally
                        {
                            ended++;
                        }
                    }
                }
            }
        });
    }

    private static async Future<int> Child(int value, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            Signal signal = new();
            ThreadPool.UnsafeQueueUserWorkItem(
                static signal =>
                {
                    signal.WakeForNothing();
                    signal.Set();
                },
                signal,
                preferLocal: false);
            if (i % 2 == 1)
            {
                await Kio.YieldNow();
            }

            await signal.AsFuture();
        }

        return value;
    }
}
