using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>A runtime's timers as .NET's, on every scheduler.</summary>
public sealed class TimeProviderTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Task_Delay_is_never_early(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        TimeProvider provider = RuntimeHandle.Current.TimeProvider;
        for (int i = 0; i < 20; i++)
        {
            Instant start = Instant.Now;
            await Task.Delay(TimeSpan.FromMilliseconds(i), provider);
            Assert.True(start.Elapsed >= TimeSpan.FromMilliseconds(i));
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void It_tells_the_real_time_while_its_clock_runs(RuntimeKind kind)
    {
        using Runtime runtime = Runtimes.Create(kind);
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        DateTimeOffset now = runtime.TimeProvider.GetUtcNow();
        Assert.InRange(now, before, TimeProvider.System.GetUtcNow());
        Assert.Equal(1_000_000_000, runtime.TimeProvider.TimestampFrequency);
        Assert.True(runtime.TimeProvider.GetElapsedTime(runtime.TimeProvider.GetTimestamp()) >= TimeSpan.Zero);
    }

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Callbacks_run_on_the_runtime_without_a_context(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        RuntimeHandle home = RuntimeHandle.Current;
        AsyncLocal<int> flowing = new() { Value = 5 };
        TaskCompletionSource<(RuntimeHandle?, SynchronizationContext?, object?, int)> seen = new();
        await using ITimer timer = home.TimeProvider.CreateTimer(
            state => seen.SetResult((RuntimeHandle.TryCurrent, SynchronizationContext.Current, state, flowing.Value)),
            "state",
            TimeSpan.FromMilliseconds(1),
            Timeout.InfiniteTimeSpan);
        (RuntimeHandle?, SynchronizationContext?, object?, int) what = await seen.Task;
        Assert.Equal((home, null, "state", 5), what);
    });

    [Fact]
    public void A_timer_is_changed_stopped_and_disposed() => Paused.Run(async runtime =>
    {
        List<double> fired = [];
        Instant start = Instant.Now;
        ITimer timer = runtime.TimeProvider.CreateTimer(
            _ => fired.Add(start.Elapsed.TotalMilliseconds), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await runtime.Clock.AdvanceAsync(Paused.Ms(100));
        Assert.Empty(fired);
        Assert.True(timer.Change(Paused.Ms(10), Paused.Ms(20)));
        await runtime.Clock.AdvanceAsync(Paused.Ms(60));
        Assert.Equal([110, 130, 150], fired);
        Assert.True(timer.Change(Paused.Ms(5), TimeSpan.Zero));
        await runtime.Clock.AdvanceAsync(Paused.Ms(100));
        Assert.Equal([110, 130, 150, 165], fired);
        timer.Change(Paused.Ms(5), Paused.Ms(5));
        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await runtime.Clock.AdvanceAsync(Paused.Ms(100));
        timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await runtime.Clock.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal(5, fired.Count);
        timer.Change(Paused.Ms(5), Paused.Ms(5));
        timer.Dispose();
        Assert.False(timer.Change(Paused.Ms(5), Paused.Ms(5)));
        await runtime.Clock.AdvanceAsync(Paused.Ms(100));
        Assert.Equal(5, fired.Count);
    });

    [Fact]
    public void Periods_that_a_leap_passes_are_one_call_and_the_beat_stays() => Paused.Run(async runtime =>
    {
        List<double> fired = [];
        Instant start = Instant.Now;
        await using ITimer timer = runtime.TimeProvider.CreateTimer(
            _ => fired.Add(start.Elapsed.TotalMilliseconds), null, Paused.Ms(10), Paused.Ms(10));
        await runtime.Clock.AdvanceAsync(Paused.Ms(30)); // Step by step: none is left out.
        Assert.Equal([10, 20, 30], fired);
        fired.Clear();
        await runtime.Clock.JumpAsync(TimeSpan.FromDays(1) + Paused.Ms(5));
        await runtime.Clock.AdvanceAsync(Paused.Ms(15));
        double leap = 30 + TimeSpan.FromDays(1).TotalMilliseconds + 5;
        Assert.Equal([leap, leap + 5, leap + 15], fired);
    });

    [Fact]
    public void A_stopped_timer_that_nobody_holds_is_collected() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        WeakReference stopped = Make();
        while (stopped.IsAlive)
        {
            GC.Collect(); // The worker that was woken to wait for it may remember it for a while.
            GC.WaitForPendingFinalizers();
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        WeakReference Make()
        {
            ITimer timer = runtime.TimeProvider.CreateTimer(static _ => { }, null, TimeSpan.FromHours(1), TimeSpan.FromHours(1));
            timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return new WeakReference(timer);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Cleanup_at_shutdown_may_wait_for_periods(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        int ticks = 0;
        bool cleaned = false;
        runtime.BlockOn(async () =>
        {
            TaskCompletionSource begun = new();
            Kio.Detach(async () =>
            {
                try
                {
                    begun.SetResult();
                    await Kio.Sleep(TimeSpan.FromDays(1));
                }
                finally
                {
                    using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(1), RuntimeHandle.Current.TimeProvider);
                    while (ticks < 3 && await timer.WaitForNextTickAsync())
                    {
                        ticks++;
                    }

                    cleaned = true;
                }
            });
            await begun.Task;
        });
        runtime.Dispose();
        Assert.True(cleaned);
        Assert.Equal(3, ticks);
    });

    [Fact]
    public void A_callback_that_throws_is_reported() => Bounded.Run(() =>
    {
        List<Exception> reported = [];
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().StartPaused().OnUnhandledFailure(reported.Add).Build();
        runtime.BlockOn(async () =>
        {
            using ITimer timer = runtime.TimeProvider.CreateTimer(
                static _ => throw new TimeZoneNotFoundException(), null, Paused.Ms(1), Timeout.InfiniteTimeSpan);
            await runtime.Clock.AdvanceAsync(Paused.Ms(1));
        });
        Assert.IsType<TimeZoneNotFoundException>(Assert.Single(reported));
    });

    [Fact]
    public void On_a_per_core_runtime_a_timer_is_of_the_worker_that_made_it() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreatePerCoreBuilder().WorkerThreads(2).Build();
        using ManualResetEventSlim gate = new();
        using ManualResetEventSlim inside = new();
        JoinHandle<int> other = runtime.SpawnOn(1, async () =>
        {
            inside.Wait(); // Worker 0 is stuck from here until the timer of this one has fired.
            TaskCompletionSource<int> fired = new();
            await using ITimer timer = RuntimeHandle.Current.TimeProvider.CreateTimer(
                _ =>
                {
                    gate.Set();
                    fired.SetResult(RuntimeHandle.CurrentWorkerIndex ?? -1);
                },
                null,
                TimeSpan.FromMilliseconds(1),
                Timeout.InfiniteTimeSpan);
            return await fired.Task;
        });
        JoinHandle stuck = runtime.SpawnOn(0, async () =>
        {
            inside.Set();
            gate.Wait();
        });
        Assert.Equal(1, runtime.BlockOn(other.AsFuture()));
        runtime.BlockOn(stuck.AsFuture());

        // From outside it is some worker's.
        Task delay = Task.Delay(TimeSpan.FromMilliseconds(1), runtime.TimeProvider);
        runtime.BlockOn(async () => await delay);
    });

    [Fact]
    public void Disposing_asynchronously_waits_for_the_callback() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        using ManualResetEventSlim inside = new();
        using ManualResetEventSlim gate = new();
        int ended = 0;
        ITimer timer = runtime.TimeProvider.CreateTimer(
            _ =>
            {
                inside.Set();
                gate.Wait();
                Volatile.Write(ref ended, 1);
            },
            null,
            TimeSpan.FromMilliseconds(1),
            Timeout.InfiniteTimeSpan);
        inside.Wait();
        timer.Dispose();
        Task disposing = timer.DisposeAsync().AsTask();
        Task again = timer.DisposeAsync().AsTask();
        Assert.False(disposing.IsCompleted);
        gate.Set();
        disposing.Wait();
        Assert.Equal(1, Volatile.Read(ref ended));
        again.Wait();
        Assert.True(timer.DisposeAsync().AsTask().IsCompletedSuccessfully);
    });

    [Fact]
    public void A_callback_may_dispose_its_timer_asynchronously() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        TaskCompletionSource<Task> disposing = new();
        ITimer? timer = null;
        using ManualResetEventSlim made = new();
        timer = runtime.TimeProvider.CreateTimer(
            _ =>
            {
                made.Wait();
                Task end = timer!.DisposeAsync().AsTask();
                Assert.False(end.IsCompleted);
                disposing.SetResult(end);
            },
            null,
            TimeSpan.FromMilliseconds(1),
            TimeSpan.FromMilliseconds(1));
        made.Set();
        runtime.BlockOn(async () => await await disposing.Task);
    });

    [Fact]
    public void No_callback_begins_after_the_timers_end() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        using ManualResetEventSlim gate = new();
        int calls = 0;
        runtime.Spawn(async () => gate.Wait());
        ITimer timer = runtime.TimeProvider.CreateTimer(_ => Interlocked.Increment(ref calls), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        timer.Dispose();
        gate.Set();
        runtime.RunTask(async () => await Kio.Sleep(TimeSpan.FromMilliseconds(2)));
        Assert.Equal(0, calls);
    });

    [Fact]
    public void After_the_runtimes_end_making_one_throws()
    {
        Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        runtime.Dispose();
        Assert.Throws<RuntimeShutdownException>(() => { _ = Task.Delay(1, CancellationToken.None).WaitAsync(TimeSpan.FromDays(1), runtime.TimeProvider); });
        Assert.Throws<ArgumentOutOfRangeException>(() => runtime.TimeProvider.CreateTimer(static _ => { }, null, TimeSpan.FromTicks(-1), TimeSpan.Zero));
        Assert.Throws<ArgumentNullException>(() => runtime.TimeProvider.CreateTimer(null!, null, TimeSpan.Zero, TimeSpan.Zero));
    }
}
