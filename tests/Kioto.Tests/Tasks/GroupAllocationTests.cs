#if !DEBUG
namespace Kioto.Tests;

/// <summary>What groups of tasks allocate. Release only, as AllocationTests.</summary>
[Collection(SerialCollection.Name)]
public sealed class GroupAllocationTests
{
    // A task alone, and the object that belonging to a group costs.
    private const int MemberBytes = 80;

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_task_of_a_set_is_one_object_more_and_joining_allocates_nothing(RuntimeKind kind)
    {
        double alone = Allocations.Measure(kind, 5_000, async rounds =>
        {
            for (int i = 0; i < rounds; i++)
            {
                await Kio.Spawn(GroupBodies.After(1, i)).JoinAsync();
            }
        });
        JoinSet<int> set = new();
        double inSet = Allocations.Measure(kind, 5_000, async rounds =>
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
        double together = Allocations.Measure(kind, 4, async rounds =>
        {
            JoinSet<int> set = new();
            for (int i = 0; i < 1000; i++)
            {
                set.Spawn(GroupBodies.After(1, i));
            }

            for (int i = 0; i < rounds * 250; i++)
            {
                await set.JoinNextAsync();
            }
        });
        double alone = Allocations.Measure(kind, 4, async rounds =>
        {
            JoinHandle<int>[] handles = new JoinHandle<int>[1000];
            for (int i = 0; i < 1000; i++)
            {
                handles[i] = Kio.Spawn(GroupBodies.After(1, i));
            }

            for (int i = 0; i < rounds * 250; i++)
            {
                await handles[i].JoinAsync();
            }
        });
        Assert.InRange(together - alone, double.MinValue, 250 * MemberBytes);
    }

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_discarding_set_with_a_limit_does_not_grow(RuntimeKind kind)
    {
        JoinSet<int> set = new(new JoinSetOptions { Limit = 8, DiscardResults = true });
        double bytes = Allocations.Measure(kind, 5_000, async rounds =>
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
