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
        await Lose(turns);
        long before = GC.GetTotalMemory(true);
        await Lose(turns);
        long kept = GC.GetTotalMemory(true) - before;
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
        await Lose(turns);
        long before = GC.GetTotalMemory(true);
        await Lose(turns);
        long kept = GC.GetTotalMemory(true) - before;
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
        await Lose(turns);
        long before = GC.GetTotalMemory(true);
        await Lose(turns);
        long kept = GC.GetTotalMemory(true) - before;
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
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
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

    private static void Keeps(Func<int, Future<long>> body) => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        // What tiers and pools keep is less than a byte a turn.
        long kept = await body(Turns);
        Assert.InRange(kept / Turns, long.MinValue, 1);
    });
}
