using System.Collections.Generic;

namespace Kioto.Tests;

public sealed class SeedTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void One_seed_gives_one_order_of_arms(RuntimeKind kind) => Bounded.Run(() =>
    {
        Assert.Equal(Draw(kind, 42), Draw(kind, 42));
        Assert.NotEqual(Draw(kind, 42), Draw(kind, 43));
    });

    [Fact]
    public void Each_BlockOn_continues_the_sequence_and_leaves_the_threads_own_alone() => Bounded.Run(() =>
    {
        using Runtime first = Runtime.CreateCurrentThreadBuilder().RngSeed(7).Build();
        using Runtime second = Runtime.CreateCurrentThreadBuilder().RngSeed(7).Build();
        string one = first.BlockOn(Winners);
        string two = first.BlockOn(Winners);
        Assert.NotEqual(one, two);
        Assert.Equal(one, second.BlockOn(Winners));
        using (Runtime other = Runtime.CreateCurrentThreadBuilder().Build())
        {
            other.BlockOn(Winners);
        }

        Assert.Equal(two, second.BlockOn(Winners));
    });

    [Fact]
    public void The_workers_of_a_seeded_runtime_draw_the_same_in_each_run() => Bounded.Run(() =>
    {
        Assert.Equal(OnWorker(9), OnWorker(9));
        Assert.NotEqual(OnWorker(9), OnWorker(10));

        static string OnWorker(ulong seed)
        {
            using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).RngSeed(seed).Build();
            return runtime.BlockOn(async () => await runtime.Spawn(Winners));
        }
    });

    private static string Draw(RuntimeKind kind, ulong seed)
    {
        using Runtime runtime = Runtimes.Builder(kind).RngSeed(seed).Build();
        return runtime.BlockOn(Winners);
    }

    private static async Future<string> Winners()
    {
        List<int> winners = [];
        for (int i = 0; i < 64; i++)
        {
            winners.Add((await Kio.Select(Future.FromResult(0), Future.FromResult(1), Future.FromResult(2))).Index);
        }

        return string.Concat(winners);
    }
}
