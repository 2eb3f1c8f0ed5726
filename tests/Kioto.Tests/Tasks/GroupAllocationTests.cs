#if !DEBUG
using System;

namespace Kioto.Tests;

/// <summary>What groups of tasks allocate. Release only, as AllocationTests.</summary>
[Collection(SerialCollection.Name)]
public sealed class GroupAllocationTests
{
    // What a task is.
    private const int TaskBytes = 112;

    // A task alone, and the object that belonging to a group costs.
    private const int MemberBytes = 80;

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_task_of_a_set_is_one_object_more_and_joining_allocates_nothing(RuntimeKind kind)
    {
        double alone = Allocations.Measure(kind, 1_000, TaskBytes + 1, async rounds =>
        {
            for (int i = 0; i < rounds; i++)
            {
                await Kio.Spawn(GroupBodies.After(1, i)).JoinAsync();
            }
        });
        JoinSet<int> set = new();
        double inSet = Allocations.Measure(kind, 1_000, alone + MemberBytes, async rounds =>
        {
            for (int i = 0; i < rounds; i++)
            {
                set.Spawn(GroupBodies.After(1, i));
                await set.JoinNextAsync();
            }
        });
        Assert.InRange(inSet - alone, 1, MemberBytes);
    }

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Joining_what_was_spawned_before_allocates_nothing(RuntimeKind kind)
    {
        // All have ended when joining begins: nothing else runs then. The least of several attempts, as elsewhere.
        long least = long.MaxValue;
        Runtimes.Run(kind, async () =>
        {
            JoinSet<int> set = new();
            AbortHandle[] handles = new AbortHandle[1000];
            for (int attempt = 0; attempt < 100 && least > 0; attempt++)
            {
                for (int i = 0; i < handles.Length; i++)
                {
                    handles[i] = set.Spawn(GroupBodies.After(1, i));
                }

                foreach (AbortHandle handle in handles)
                {
                    await Expect.Until(() => handle.IsFinished);
                }

                await Kio.Sleep(TimeSpan.FromMilliseconds(5)); // Tiers settle in the background.
                long bytes = 0;
                for (int i = 0; i < handles.Length; i += 100)
                {
                    // Within a budget: a join that suspends is what the other tests measure.
                    await Kio.YieldNow();
                    long before = GC.GetTotalAllocatedBytes(true);
                    for (int k = 0; k < 100; k++)
                    {
                        await set.JoinNextAsync();
                    }

                    bytes += GC.GetTotalAllocatedBytes(true) - before;
                }

                least = long.Min(least, bytes);
            }
        });
        Assert.Equal(0, least);
    }

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_discarding_set_with_a_limit_does_not_grow(RuntimeKind kind)
    {
        JoinSet<int> set = new(new JoinSetOptions { Limit = 8, DiscardResults = true });
        double bytes = Allocations.Measure(kind, 1_000, 400, async rounds =>
        {
            for (int i = 0; i < rounds; i++)
            {
                await set.SpawnAsync(GroupBodies.After(1, i));
            }

            await set.JoinNextAsync();
        });
        Assert.InRange(bytes, 1, 400);
    }
}
#endif
