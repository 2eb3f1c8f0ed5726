using System;
using System.Threading.Channels;
using System.Threading.Tasks;
using Kioto.Sync;

namespace Kioto.Tests;

/// <summary>What a .NET Task keeps of the futures that waited for it and were cancelled: nothing more each time.</summary>
[Collection(SerialCollection.Name)]
public sealed class DetachedTaskTests
{
    private const int Turns = 20_000;

    [Fact]
    public void A_lost_select_leaves_nothing_behind_in_the_task() => Keeps(async turns =>
    {
        TaskCompletionSource<int> never = new();
        long kept = await LeastKept(() => Lose(turns));
        GC.KeepAlive(never);
        return kept;

        async Future Lose(int turns)
        {
            for (int i = 0; i < turns; i++)
            {
                await Kio.SelectBiased(never.Task.AsFuture(), Kio.YieldNow());
            }
        }
    });

    [Fact]
    public void A_lost_receive_leaves_nothing_behind_in_the_channel() => Keeps(async turns =>
    {
        Channel<int> channel = Channel.CreateUnbounded<int>();
        long kept = await LeastKept(() => Lose(turns));
        GC.KeepAlive(channel);
        return kept;

        async Future Lose(int turns)
        {
            for (int i = 0; i < turns; i++)
            {
                await Kio.SelectBiased(channel.Reader.RecvAsync(), Kio.YieldNow());
            }
        }
    });

    [Fact]
    public void A_lost_send_leaves_nothing_behind_in_the_channel() => Keeps(async turns =>
    {
        Channel<int> channel = Channel.CreateBounded<int>(1);
        channel.Writer.TryWrite(1);
        long kept = await LeastKept(() => Lose(turns));
        GC.KeepAlive(channel);
        return kept;

        async Future Lose(int turns)
        {
            for (int i = 0; i < turns; i++)
            {
#pragma warning disable KIO0003 // The value is not missed.
                await Kio.SelectBiased(channel.Writer.SendAsync(i), Kio.YieldNow());
#pragma warning restore KIO0003
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_task_that_was_let_go_is_awaited_again(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        for (int round = 0; round < 50; round++)
        {
            TaskCompletionSource<int> source = new();
            for (int i = 0; i < 3; i++)
            {
                await Kio.SelectBiased(source.Task.AsFuture(), Kio.YieldNow());
            }

            JoinHandle<int>[] waiters = new JoinHandle<int>[4];
            for (int i = 0; i < waiters.Length; i++)
            {
                waiters[i] = Kio.Spawn(async () => await source.Task.AsFuture());
            }

            await Kio.YieldNow();
            source.SetResult(round);
            foreach (JoinHandle<int> waiter in waiters)
            {
                Assert.Equal(round, await waiter);
            }
        }
    });

    [Fact]
    public void All_who_wait_for_a_channel_are_woken() => Runtimes.Run(async () =>
    {
        Channel<int> channel = Channel.CreateUnbounded<int>();
        JoinHandle<int>[] receivers = new JoinHandle<int>[4];
        for (int i = 0; i < receivers.Length; i++)
        {
            receivers[i] = Kio.Spawn(async () =>
            {
                int sum = 0;
                while ((await channel.Reader.RecvAsync()).TryGetValue(out int value))
                {
                    sum += value;
                }

                return sum;
            });
        }

        for (int i = 1; i <= 1000; i++)
        {
            channel.Writer.TryWrite(i);
            if (i % 10 == 0)
            {
                await Kio.YieldNow();
            }
        }

        channel.Writer.Complete();
        int total = 0;
        foreach (JoinHandle<int> receiver in receivers)
        {
            total += await receiver;
        }

        Assert.Equal(500_500, total);
    });

    /// <summary>
    /// What a round of turns leaves behind, in bytes: a leak shows in each round, while what the process does beside (tiers,
    /// pools that grow, the test runner's own lists) does not, so that the least of the rounds tells.
    /// </summary>
    private static async Future<long> LeastKept(Func<Future> round)
    {
        await round();
        long least = long.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            long before = GC.GetTotalMemory(true);
            await round();
            least = Math.Min(least, GC.GetTotalMemory(true) - before);
        }

        return least;
    }

    private static void Keeps(Func<int, Future<long>> body) => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        // A leak is an object a turn, so 24 bytes and more. Under load the process itself has kept 3 in each round.
        long kept = await body(Turns);
        Assert.InRange(kept / Turns, long.MinValue, 11);
    });
}
