using System;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

public sealed class ShieldTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void The_inner_future_ends_and_then_the_cancellation_is_thrown(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Signal signal = new();
        string order = "";
        JoinHandle handle = Kio.Spawn(async () =>
        {
            try
            {
                await Kio.Shield(Commit());
                order += "after ";
            }
            catch (FutureCancelledException)
            {
                order += "thrown";
                throw;
            }
        });
        await Expect.Until(() => signal.Polls > 0);
        handle.Abort();
        for (int i = 0; i < 50; i++)
        {
            await Kio.YieldNow();
        }

        Assert.False(handle.IsFinished);
        signal.Set();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.Equal("committed thrown", order);

        async Future Commit()
        {
            await signal.AsFuture();
            await Kio.YieldNow();
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
            order += "committed ";
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Without_a_cancellation_it_gives_the_result(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Assert.Equal(3, await Kio.Shield(Three()));
        Assert.Equal(4, await Kio.Shield(Future.FromResult(4)));
        await Kio.Shield(Kio.YieldNow());
        await Kio.Shield(Kio.Shield(Kio.Sleep(TimeSpan.FromMilliseconds(1))));
        await Kio.Shield(Future.Completed);
        await Expect.Throws<FormatException>(async () => await Kio.Shield(Fail()));
        Assert.Equal(3, await Kio.Spawn(Kio.Shield(Three())));

        static async Future<int> Three()
        {
            await Kio.YieldNow();
            return 3;
        }

        static async Future Fail()
        {
            await Kio.YieldNow();
            throw new FormatException();
        }
    });

    [Fact]
    public void A_failure_inside_comes_first_and_the_next_await_is_cancelled() => Runtimes.Run(async () =>
    {
        Signal signal = new();
        int step = 0;
        JoinHandle handle = Kio.Spawn(async () =>
        {
            try
            {
                await Kio.Shield(Fail());
            }
            catch (FormatException)
            {
                step = 1;
                await Kio.Sleep(Timeout.InfiniteTimeSpan);
                step = 2;
            }
        });
        await Expect.Until(() => signal.Polls > 0);
        handle.Abort();
        signal.Set();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.Equal(1, step);

        async Future Fail()
        {
            await signal.AsFuture();
            throw new FormatException();
        }
    });

    [Fact]
    public void A_cancellation_that_waits_for_the_next_await_waits_for_the_shield() => Runtimes.Run(async () =>
    {
        bool committed = false;
        bool after = false;
        Signal go = new();
        JoinHandle handle = default;
        handle = Kio.Spawn(async () =>
        {
            await go.AsFuture();
            handle.Abort();
            await Kio.Shield(Commit());
            after = true;
        });
        go.Set();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.True(committed);
        Assert.False(after);

        async Future Commit()
        {
            for (int i = 0; i < 5; i++)
            {
                await Kio.YieldNow();
            }

            committed = true;
        }
    });

    [Fact]
    public void A_helper_of_another_builder_inside_is_left_alone_too() => Runtimes.Run(async () =>
    {
        Signal signal = new();
        bool committed = false;
        JoinHandle handle = Kio.Spawn(async () => await Kio.Shield(Inner()));
        await Expect.Until(() => signal.Polls > 1);
        handle.Abort();
        for (int i = 0; i < 50; i++)
        {
            await Kio.YieldNow();
        }

        signal.Set();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.True(committed);

        async Future Inner() => await Helper();

        async Task Helper()
        {
            await signal.AsFuture();
            await Kio.YieldNow();
            committed = true;
        }
    });

    [Fact]
    public void In_cleanup_it_stands_a_second_delivery() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(RuntimeKind.TwoWorkers).CleanupGrace(TimeSpan.FromMilliseconds(10)).Build();
        runtime.RunTask(async () =>
        {
            bool flushed = false;
            Signal never = new();
            JoinHandle handle = Kio.Spawn(async () =>
            {
                try
                {
                    await never.AsFuture();
                }
                finally
                {
                    await Kio.Shield(Flush());
                }
            });
            await Expect.Until(() => never.Polls > 0);
            handle.Abort();
            Assert.True((await handle.JoinAsync()).IsAborted);
            Assert.True(flushed);

            async Future Flush()
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(100));
                flushed = true;
            }
        });
    });

    [Fact]
    public void A_shield_runs_once() => Runtimes.Run(async () =>
    {
        Future inner = Kio.Sleep(TimeSpan.Zero);
        Future shield = Kio.Shield(inner);
        await shield;
        await Expect.Throws<InvalidOperationException>(async () => await shield);
        Assert.Throws<InvalidOperationException>(() => Kio.Shield(inner));
    });
}
