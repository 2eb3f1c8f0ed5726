using System;
using System.Threading.Tasks;

namespace Kioto.Tests;

#pragma warning disable KIO0001, KIO0004 // Using futures twice is the point.

/// <summary>A future value that is used twice before anybody has polled it: the second use throws, and nothing breaks.</summary>
public sealed class UsedTwiceTests
{
    public static TheoryData<string> Uses => ["Spawn", "Detach", "Shield", "Join", "TryJoin", "Select", "Timeout", "Pin", "Scope", "Local", "Set", "Shared", "MaybeDone", "AsTask"];

    [Theory]
    [MemberData(nameof(Uses))]
    public void After_a_spawn_every_use_throws(string use) => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        Future<int> future = One();
        JoinHandle<int> first = Kio.Spawn(future);
        await Rejects(use, future);
        Assert.Equal(1, await first);
    });

    [Theory]
    [MemberData(nameof(Uses))]
    public void After_every_use_a_spawn_throws(string use) => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        Future<int> future = One();
        Future<int> user = Use(use, future);
        Assert.Contains("call the method again", Assert.Throws<InvalidOperationException>(() => Kio.Spawn(future)).Message, StringComparison.Ordinal);
        Assert.Equal(1, await Kio.Spawn(user));
    });

    [Theory]
    [MemberData(nameof(Uses))]
    public void After_every_use_an_await_throws(string use) => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        Future<int> future = One();
        Future<int> user = Use(use, future);
        await Expect.Throws<InvalidOperationException>(async () => await future);
        Assert.Equal(1, await user);
    });

    [Fact]
    public void Two_users_that_are_both_spawned_do_not_meet() => Runtimes.Run(async () =>
    {
        for (int i = 0; i < 200; i++)
        {
            Future<int> future = One();
            JoinHandle<int> first = Kio.Spawn(Kio.Select(future, Never()).Then(static selected => selected.First));
            JoinResult<int> second = await Kio.Spawn(Kio.Select(future, Never()).Then(static selected => selected.First)).JoinAsync();
            Assert.IsType<InvalidOperationException>(second.Exception);
            Assert.Equal(1, await first);
        }

        static async Future<int> Never() => await Future.Pending<int>();
    });

    [Fact]
    public void A_helper_of_another_builder_outside_any_strand_claims_what_it_awaits() => Bounded.Run(() =>
    {
        Future<int> future = One();
        Task<int> first = Await(future);
        Task<int> second = Await(future);
        Assert.Equal(1, first.GetAwaiter().GetResult());
        Assert.Throws<InvalidOperationException>(() => second.GetAwaiter().GetResult());

        static async Task<int> Await(Future<int> future) => await future;
    });

    [Fact]
    public void A_spawned_yield_may_be_spawned_again() => Runtimes.Run(async () =>
    {
        Future yield = Kio.YieldNow();
        JoinHandle first = Kio.Spawn(yield);
        await Kio.Spawn(yield);
        await first;
    });

    private static async Future Rejects(string use, Future<int> future)
    {
        Exception? exception = null;
        try
        {
            await Use(use, future);
        }
        catch (InvalidOperationException caught)
        {
            exception = caught;
        }

        Assert.NotNull(exception);
    }

    private static Future<int> Use(string use, Future<int> future)
    {
        switch (use)
        {
            case "Spawn": return Kio.Spawn(future).AsFuture();
            case "Detach":
                Kio.Detach(Kio.Shield(future).AsVoid());
                return Future.FromResult(1);
            case "Shield": return Kio.Shield(future);
            case "Join": return Kio.Join(future, One()).Then(static joined => joined.Item1);
            case "TryJoin": return Kio.TryJoin(future, One()).Then(static joined => joined.Item1);
            case "Select": return Kio.Select(future, Future.Pending<int>()).Then(static selected => selected.First);
            case "Timeout": return future.Timeout(TimeSpan.FromMinutes(1));
            case "Pin": return Kio.Pin(future).AsFuture();
            case "Scope": return new TaskLocal<int>().Scope(1, future);
            case "Local":
                LocalSet local = new();
                return local.RunUntilAsync(future);
            case "Set":
                FutureSet<int> set = new();
                set.Add(future);
                return set.NextAsync();
            case "Shared": return future.Shared().AsFuture();
            case "MaybeDone":
                MaybeDone<int> maybe = new(future);
                return maybe.WaitAsync().Then(() => maybe.TryTake(out int result) ? result : -1);
            default: return AsTask(future).AsFuture();
        }
    }

    private static async Task<int> AsTask(Future<int> future) => await future;

    private static async Future<int> One()
    {
        await Kio.YieldNow();
        return 1;
    }
}

file static class UsedTwiceExtensions
{
    internal static async Future<TResult> Then<T, TResult>(this Future<T> future, Func<T, TResult> next) => next(await future);

    internal static async Future<TResult> Then<TResult>(this Future future, Func<TResult> next)
    {
        await future;
        return next();
    }

    internal static async Future AsVoid(this Future<int> future) => await future;
}
