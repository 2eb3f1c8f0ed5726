using System;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Testing.Tests;

/// <summary>What makes a Kioto test fail, on the body that the attributes run.</summary>
public sealed class FailingTests
{
    [Theory]
    [InlineData(RuntimeFlavor.CurrentThread)]
    [InlineData(RuntimeFlavor.Local)]
    [InlineData(RuntimeFlavor.MultiThread)]
    [InlineData(RuntimeFlavor.PerCore)]
    public async Task What_the_method_throws(RuntimeFlavor flavor)
    {
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => Run(flavor, typeof(Future), static () => Throws()));
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => Run(flavor, typeof(Task), static () => ThrowsTask()));
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => Run(flavor, typeof(void), static () => throw new TimeZoneNotFoundException()));
    }

    [Theory]
    [InlineData(RuntimeFlavor.CurrentThread)]
    [InlineData(RuntimeFlavor.Local)]
    [InlineData(RuntimeFlavor.MultiThread)]
    [InlineData(RuntimeFlavor.PerCore)]
    public async Task A_task_that_is_alive_at_the_end(RuntimeFlavor flavor)
    {
        LeakedTasksException leak = await Assert.ThrowsAsync<LeakedTasksException>(() => Run(flavor, typeof(void), static () =>
        {
            _ = Kio.Spawn(() => Kio.Sleep(Timeout.InfiniteTimeSpan));
            return null;
        }));
        Assert.Equal(1, leak.Count);
        Assert.Contains("AllowLeakedTasks", leak.Message, StringComparison.Ordinal);
        Assert.Contains("FailingTests.cs", leak.Message, StringComparison.Ordinal);
        Assert.Contains("Kio.Sleep", leak.Message, StringComparison.Ordinal);
        Assert.EndsWith("FailingTests.cs", Assert.Single(leak.Tasks).SpawnSite.File, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_sleeps_on_a_paused_clock_is_found_and_time_does_not_pass()
    {
        LeakedTasksException leak = await Assert.ThrowsAsync<LeakedTasksException>(() => RunPaused(static () =>
        {
            _ = Kio.Spawn(() => Kio.Sleep(TimeSpan.FromTicks(1)));
            return null;
        }));
        Assert.Equal(1, leak.Count);
    }

    [Fact]
    public async Task A_task_that_another_thread_is_about_to_end_is_no_leak_on_a_paused_clock_either() => await RunPaused(static () =>
    {
        TaskCompletionSource done = new();
        Thread other = new(() =>
        {
            Thread.SpinWait(200_000);
            done.SetResult();
        })
        { IsBackground = true };
        other.Start();
        Kio.Detach(async () => await Kio.SpawnBlocking(other.Join));
        Kio.Detach(async () => await done.Task);
        return null;
    });

    [Fact]
    public async Task A_task_that_has_something_to_do_after_a_long_closure_is_no_leak() => await Run(RuntimeFlavor.CurrentThread, typeof(void), static () =>
    {
        // Longer than tasks have without a closure, which is 200 looks, each of them some milliseconds by .NET's timers.
        Kio.Detach(async () =>
        {
            await Kio.SpawnBlocking(static () => new ManualResetEventSlim().Wait(TimeSpan.FromSeconds(2)));
            await Task.Delay(10);
        });
        return null;
    });

    [Theory]
    [InlineData(RuntimeFlavor.CurrentThread)]
    [InlineData(RuntimeFlavor.Local)]
    [InlineData(RuntimeFlavor.MultiThread)]
    [InlineData(RuntimeFlavor.PerCore)]
    public async Task A_detached_task_that_failed(RuntimeFlavor flavor)
    {
        AggregateException failure = await Assert.ThrowsAsync<AggregateException>(() => Run(flavor, typeof(void), static () =>
        {
            Kio.Detach(Throws);
            return null;
        }));
        Assert.IsType<TimeZoneNotFoundException>(Assert.Single(failure.InnerExceptions));
    }

    [Theory]
    [InlineData(RuntimeFlavor.CurrentThread)]
    [InlineData(RuntimeFlavor.Local)]
    [InlineData(RuntimeFlavor.MultiThread)]
    [InlineData(RuntimeFlavor.PerCore)]
    public async Task A_task_that_failed_and_whose_handle_nobody_awaited(RuntimeFlavor flavor)
    {
        AggregateException failure = await Assert.ThrowsAsync<AggregateException>(() => Run(flavor, typeof(void), static () =>
        {
            _ = Kio.Spawn(Throws);
            return null;
        }));
        Assert.IsType<TimeZoneNotFoundException>(Assert.Single(failure.InnerExceptions));
        Assert.Contains("FailingTests.cs", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_in_a_local_set()
    {
        AggregateException failure = await Assert.ThrowsAsync<AggregateException>(() => Run(
            RuntimeFlavor.CurrentThread,
            typeof(Future),
            static () => InLocalSet()));
        Assert.IsType<TimeZoneNotFoundException>(Assert.Single(failure.InnerExceptions));

        static async Future InLocalSet()
        {
            LocalSet set = new();
            await set.RunUntilAsync(async () =>
            {
                _ = Kio.SpawnLocal(Throws);
                await Kio.YieldNow();
                await Kio.YieldNow();
                await Kio.YieldNow();
            });
        }
    }

    [Theory]
    [InlineData(RuntimeFlavor.CurrentThread)]
    [InlineData(RuntimeFlavor.MultiThread)]
    public async Task A_failure_that_somebody_has_observed_is_none(RuntimeFlavor flavor) => await Run(flavor, typeof(Future), static () => Observe());

    [Fact]
    public async Task A_script_that_was_not_played_to_its_end()
    {
        MockException unfinished = await Assert.ThrowsAsync<MockException>(() => Run(RuntimeFlavor.CurrentThread, typeof(void), static () =>
        {
            using MockStream mock = new MockStreamBuilder().Name("peer").Read("a"u8).Build();
            return null;
        }));
        Assert.Contains("peer: the script has 1 step(s) left", unfinished.Message, StringComparison.Ordinal);
        AggregateException several = await Assert.ThrowsAsync<AggregateException>(() => Run(RuntimeFlavor.MultiThread, typeof(Future), static () => Unplayed()));
        Assert.Equal(2, several.InnerExceptions.Count);

        static async Future Unplayed()
        {
            await Kio.Spawn(async () =>
            {
                await Kio.YieldNow();
                using MockStream mock = new MockStreamBuilder().Read("a"u8).Build();
                using MockItems<int> items = new MockItemsBuilder<int>().Next(1).Build();
            });
        }
    }

    [Fact]
    public async Task What_the_method_throws_and_not_what_its_mocks_miss_because_of_that()
    {
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => Run(RuntimeFlavor.CurrentThread, typeof(Future), static () => ThrowsUsingMocks()));

        static async Future ThrowsUsingMocks()
        {
            using MockStream mock = new MockStreamBuilder().Read("a"u8).Build();
            using MockItems<int> items = new MockItemsBuilder<int>().Next(1).Build();
            await Throws();
        }
    }

    [Fact]
    public async Task A_result_that_nobody_could_await()
    {
        await Assert.ThrowsAsync<NotSupportedException>(() => Run(RuntimeFlavor.CurrentThread, typeof(int), static () => 1));
    }

    private static async Future Throws()
    {
        await Kio.YieldNow();
        throw new TimeZoneNotFoundException();
    }

    private static async Task ThrowsTask()
    {
        await Task.Yield();
        throw new TimeZoneNotFoundException();
    }

    private static async Future Observe()
    {
        JoinHandle handle = Kio.Spawn(Throws);
        Assert.True((await handle.JoinAsync()).IsFaulted);
    }

    private static Task RunPaused(Func<object?> method) =>
        KiotoTestBody.RunAsync(new KiotoFactAttribute { StartPaused = true }, typeof(void), method);

    private static Task Run(RuntimeFlavor flavor, Type returns, Func<object?> method) =>
        KiotoTestBody.RunAsync(new KiotoFactAttribute { Flavor = flavor }, returns, method);
}
