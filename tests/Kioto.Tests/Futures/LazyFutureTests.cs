using System;

namespace Kioto.Tests;

public sealed class LazyFutureTests
{
    [Fact]
    public void Body_does_not_run_before_it_is_awaited() => Runtimes.Run(async () =>
    {
        int calls = 0;
        Future<int> future = Count(() => ++calls);
        Assert.Equal(0, calls);
        Assert.Equal(1, await future);
    });

    [Fact]
    public void Body_does_not_run_before_it_is_spawned() => Bounded.Run(() =>
    {
        int calls = 0;
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        JoinHandle<int> handle = runtime.Spawn(Count(() => ++calls));
        Assert.Equal(0, calls);
        Assert.Equal(1, runtime.BlockOn(handle.AsFuture()));
    });

    [Fact]
    public void Unused_futures_never_run_and_do_no_harm() => Runtimes.Run(async () =>
    {
        int calls = 0;
        for (int i = 0; i < 1000; i++)
        {
#pragma warning disable KIO0001 // That it never runs is the claim.
            _ = Count(() => ++calls);
#pragma warning restore KIO0001
        }

        await Kio.YieldNow();
        Assert.Equal(0, calls);
    });

    [Fact]
    public void Awaiting_twice_throws_and_says_what_to_do() => Runtimes.Run(async () =>
    {
        Future<int> future = Count(() => 1);
        await future;
        InvalidOperationException exception = await Expect.Throws<InvalidOperationException>(async () => await future);
        Assert.Contains("call the method again", exception.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Awaiting_a_copy_of_a_suspended_future_throws() => Runtimes.Run(async () =>
    {
        Signal signal = new();
        Future<int> future = signal.AsFuture();
        Future<int> copy = future;
        JoinHandle<int> handle = Kio.Spawn(async () => await future);
        await Expect.Until(() => signal.Polls > 0);

        await Expect.Throws<InvalidOperationException>(async () => await copy);
        signal.Set(5);
        Assert.Equal(5, await handle);
    });

    [Fact]
    public void A_stale_copy_never_meets_the_future_that_reuses_its_memory() => Runtimes.Run(async () =>
    {
        Future<int> stale = Count(() => 1);
        await stale;
        for (int i = 0; i < 200; i++)
        {
            Future<int> fresh = Count(() => 2);
            await Expect.Throws<InvalidOperationException>(async () => await stale);
            Assert.Equal(2, await fresh);
        }
    });

    [Fact]
    public void Spawning_an_awaited_future_throws() => Runtimes.Run(async () =>
    {
        Future<int> future = Count(() => 1);
        await future;
        Assert.Throws<InvalidOperationException>(() => Kio.Spawn(future));
    });

    [Fact]
    public void Blocking_on_an_awaited_future_throws() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        Future<int> future = Count(() => 1);
        Assert.Equal(1, runtime.BlockOn(future));
        Assert.Throws<InvalidOperationException>(() => runtime.BlockOn(future));
    });

    [Fact]
    public void A_ready_future_can_be_awaited_at_will() => Runtimes.Run(async () =>
    {
        Future<string> ready = Future.FromResult("x");
        Assert.Equal("x", await ready);
        Assert.Equal("x", await ready);
        await Future.Completed;
        await default(Future);
        Assert.Null(await default(Future<string>));
    });

    [Fact]
    public void Taking_the_result_of_a_pending_future_throws()
    {
        Future<int> future = Count(() => 1);
        Assert.Throws<InvalidOperationException>(() => future.GetAwaiter().GetResult());
    }

    private static async Future<int> Count(Func<int> body)
    {
        await Future.Completed;
        return body();
    }
}
