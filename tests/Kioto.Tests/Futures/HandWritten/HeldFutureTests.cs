using System;
using System.Threading;

namespace Kioto.Tests;

/// <summary>Futures that are polled by hand: the reusable slot, and the future or its result.</summary>
public sealed class HeldFutureTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_slot_serves_one_future_after_another(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        ReusableFuture<int> slot = new();
        for (int i = 0; i < 10; i++)
        {
            Assert.False(slot.IsSet);
            slot.Set(Yields(i));
            Assert.True(slot.IsSet);
            Assert.Equal(i, await slot.WaitAsync());
        }

        slot.Set(Future.FromResult(5));
        Assert.Equal(5, await slot.WaitAsync());
        slot.Set(Future.FromException<int>(new FormatException()));
        await Expect.Throws<FormatException>(async () => await slot.WaitAsync());
        Assert.False(slot.IsSet);
        await Expect.Throws<InvalidOperationException>(async () => await slot.WaitAsync());
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Cancelling_an_await_leaves_the_future_in_its_slot(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        ReusableFuture<int> slot = new();
        Event go = new();
        slot.Set(After(go));
        JoinHandle<int> first = Kio.Spawn(slot.WaitAsync());
        await Kio.YieldNow();
        first.Abort();
        await first.JoinAsync();
        Assert.True(slot.IsSet);
        Assert.Throws<InvalidOperationException>(() => slot.Set(Future.FromResult(0)));
        JoinHandle<int> second = Kio.Spawn(slot.WaitAsync());
        go.Set();
        Assert.Equal(9, await second);

        static async Future<int> After(Event go)
        {
            await go.WaitAsync();
            return 9;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Cancelling_the_slot_waits_for_the_cleanup(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        ReusableFuture<int> slot = new();
        bool cleaned = false;
        slot.Set(Body());
        await Kio.PollFn((ref PollContext context) =>
        {
            Assert.True(slot.Poll(ref context).IsPending);
            return Poll<int>.Ready(0);
        });
        await slot.CancelAsync();
        Assert.True(cleaned);
        Assert.False(slot.IsSet);
        await slot.CancelAsync();

        slot.Set(Body());
        cleaned = false;
        await slot.CancelAsync();
        Assert.False(cleaned, "It never began.");
        slot.Set(Yields(3));
        Assert.Equal(3, await slot.WaitAsync());

        async Future<int> Body()
        {
            try
            {
                return await Future.Pending<int>();
            }
            finally
            {
                await Kio.YieldNow();
                cleaned = true;
            }
        }
    });

    [Fact]
    public void A_slot_is_polled_by_hand_without_a_runtime()
    {
        ReusableFuture<int> slot = new();
        int wakes = 0;
        PollContext context = new(Waker.Create(() => wakes++));
        Signal signal = new();
        slot.Set(signal.AsFuture());
        Assert.True(slot.Poll(ref context).IsPending);
        signal.Set(4);
        Assert.Equal(1, wakes);
        Assert.Equal(4, slot.Poll(ref context).Value);
    }

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_hand_written_join_of_MaybeDone(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        MaybeDone<int> a = new(Yields(1));
        MaybeDone<int> b = new(Yields(2));
        Assert.False(a.TryTake(out _));
        int sum = await Kio.PollFn((ref PollContext context) =>
        {
            if (!(a.Poll(ref context) & b.Poll(ref context)))
            {
                return Poll<int>.Pending;
            }

            Assert.True(a.TryTake(out int x));
            Assert.True(b.TryTake(out int y));
            return Poll<int>.Ready(x + y);
        });
        Assert.Equal(3, sum);
        Assert.False(a.IsDone);
        Assert.False(a.TryTake(out _));
        await a.WaitAsync();
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void MaybeDone_keeps_a_failure_until_it_is_taken(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        MaybeDone<int> future = new(Future.FromException<int>(new FormatException()));
        await future.WaitAsync();
        Assert.True(future.IsDone);
        Assert.Throws<FormatException>(() => future.TryTake(out _));
        Assert.False(future.TryTake(out _));

        MaybeDone<int> cancelled = new(Future.Pending<int>());
        await cancelled.CancelAsync();
        Assert.False(cancelled.IsDone);
        Assert.False(cancelled.TryTake(out _));
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void The_held_future_runs_in_the_context_it_was_set_in(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        AsyncLocal<int> local = new() { Value = 1 };
        ReusableFuture<int> slot = new();
        slot.Set(Body());
        local.Value = 2;
        Assert.Equal(1, await slot.WaitAsync());
        Assert.Equal(2, local.Value);
        MaybeDone<int> atOnce = new(Changes());
        await atOnce.WaitAsync();
        Assert.Equal(2, local.Value);

        async Future<int> Body()
        {
            await Kio.YieldNow();
            int seen = local.Value;
            local.Value = 3;
            return seen;
        }

        async Future<int> Changes()
        {
            await Future.Completed;
            local.Value = 4;
            return 0;
        }
    });

    [Fact]
    public void A_future_that_was_awaited_is_refused() => Runtimes.Run(async () =>
    {
        Future<int> future = Yields(1);
        await future;
        ReusableFuture<int> slot = new();
        Assert.Throws<InvalidOperationException>(() => slot.Set(future));
        Future<int> twice = Yields(2);
        MaybeDone<int> first = new(twice);
#pragma warning disable KIO0004 // What a misuse does is the question.
        Assert.Throws<InvalidOperationException>(() => new MaybeDone<int>(twice));
#pragma warning restore KIO0004
        await first.WaitAsync();
        Assert.True(first.TryTake(out int result));
        Assert.Equal(2, result);
    });

    private static async Future<int> Yields(int value)
    {
        await Kio.YieldNow();
        await Kio.YieldNow();
        return value;
    }
}
