using System;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

public sealed class StrandTokenTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void An_abort_cancels_it_and_so_the_Task_that_is_awaited(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        CancellationToken token = default;
        int cleaned = 0;
        bool started = false;
        JoinHandle handle = Kio.Spawn(async () =>
        {
            token = Kio.CancellationToken;
            Volatile.Write(ref started, true);
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, Kio.CancellationToken);
            }
            finally
            {
                cleaned++;
                await Kio.Sleep(TimeSpan.FromMilliseconds(1)); // The Task's exception was the cancellation: cleanup may await.
                cleaned++;
            }
        });
        await Expect.Until(() => Volatile.Read(ref started));
        Assert.True(token.CanBeCanceled);
        Assert.False(token.IsCancellationRequested);
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.True(token.IsCancellationRequested);
        Assert.Equal(2, cleaned);
    });

    [Fact]
    public void Each_task_has_its_own_and_it_stays_the_same() => Runtimes.Run(async () =>
    {
        CancellationToken mine = Kio.CancellationToken;
        await Kio.YieldNow();
        Assert.Equal(mine, Kio.CancellationToken);
        CancellationToken other = await Kio.Spawn(async () =>
        {
            await Kio.YieldNow();
            return Kio.CancellationToken;
        });
        Assert.NotEqual(mine, other);
    });

    [Fact]
    public void In_cleanup_it_is_cancelled_also_when_asked_for_there_first() => Runtimes.Run(async () =>
    {
        bool cancelled = false;
        Signal never = new();
        JoinHandle handle = Kio.Spawn(async () =>
        {
            try
            {
                await never.AsFuture();
            }
            finally
            {
                cancelled = Kio.CancellationToken.IsCancellationRequested;
            }
        });
        await Expect.Until(() => never.Polls > 0);
        handle.Abort();
        await handle.JoinAsync();
        Assert.True(cancelled);
    });

    [Fact]
    public void Under_a_shield_it_is_cancelled_when_the_shield_ends() => Runtimes.Run(async () =>
    {
        Signal signal = new();
        bool inside = true;
        CancellationToken token = default;
        JoinHandle handle = Kio.Spawn(async () =>
        {
            token = Kio.CancellationToken;
            await Kio.Shield(Inner());
        });
        await Expect.Until(() => signal.Polls > 0);
        handle.Abort();
        await Kio.Sleep(TimeSpan.FromMilliseconds(2));
        signal.Set();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.False(inside);
        Assert.True(token.IsCancellationRequested);

        async Future Inner()
        {
            await signal.AsFuture();
            inside = token.IsCancellationRequested;
        }
    });

    [Fact]
    public void A_callback_that_throws_is_reported_and_the_task_unwinds() => Bounded.Run(() =>
    {
        Exception? report = null;
        using Runtime runtime = Runtimes.Builder(RuntimeKind.TwoWorkers).OnUnhandledFailure(failure => report = failure).Build();
        runtime.RunTask(async () =>
        {
            bool registered = false;
            JoinHandle handle = Kio.Spawn(async () =>
            {
                using CancellationTokenRegistration registration =
                    Kio.CancellationToken.Register(static () => throw new FormatException());
                Volatile.Write(ref registered, true);
                await Kio.Sleep(Timeout.InfiniteTimeSpan);
            });
            await Expect.Until(() => Volatile.Read(ref registered));
            handle.Abort();
            Assert.True((await handle.JoinAsync()).IsAborted);
            Assert.IsType<FormatException>(Assert.IsType<AggregateException>(report).InnerException);
        });
    });

    [Fact]
    public void Outside_any_runtime_there_is_none() => Assert.Equal(CancellationToken.None, Kio.CancellationToken);
}
