using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>Tokio's time_pause and test_clock, and what .NET's own timers see.</summary>
public sealed class PausedClockTests
{
    private static TimeSpan Ms(double millis) => Paused.Ms(millis);

    [Fact]
    public void A_multi_thread_runtime_refuses_with_the_remedy()
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(runtime.Clock.Pause);
        Assert.Contains("CreateCurrentThreadBuilder", refused.Message, StringComparison.Ordinal);
        refused = Assert.Throws<InvalidOperationException>(() => Runtime.CreateBuilder().StartPaused().Build());
        Assert.Contains("CreateCurrentThreadBuilder", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pausing_twice_and_resuming_a_clock_that_runs_throw() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        Assert.False(runtime.Clock.IsPaused);
        Assert.Throws<InvalidOperationException>(runtime.Clock.Resume);
        Assert.Throws<InvalidOperationException>(() => runtime.BlockOn(runtime.Clock.AdvanceAsync(Ms(1))));
        Assert.Throws<InvalidOperationException>(() => runtime.BlockOn(runtime.Clock.JumpAsync(Ms(1))));
        Assert.Throws<ArgumentOutOfRangeException>(() => runtime.Clock.AdvanceAsync(Ms(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => runtime.Clock.JumpAsync(Ms(-1)));
        runtime.Clock.Pause();
        Assert.True(runtime.Clock.IsPaused);
        Assert.Throws<InvalidOperationException>(runtime.Clock.Pause);
        runtime.Clock.Resume();
        Assert.False(runtime.Clock.IsPaused);
    });

    [Fact]
    public void Time_stands_still_and_goes_on_from_there() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        runtime.BlockOn(async () =>
        {
            runtime.Clock.Pause();
            Instant paused = Instant.Now;
            Thread.SpinWait(100_000);
            Assert.Equal(paused, Instant.Now);
            await runtime.Clock.AdvanceAsync(TimeSpan.FromHours(2));
            Assert.Equal(paused + TimeSpan.FromHours(2), Instant.Now);
            runtime.Clock.Resume();
            Assert.InRange(paused.Elapsed, TimeSpan.FromHours(2), TimeSpan.FromHours(2) + TimeSpan.FromMinutes(1));
            await Kio.Sleep(Ms(2));
            Assert.True(paused.Elapsed >= TimeSpan.FromHours(2) + Ms(2));
        });
    });

    [Fact]
    public void Other_runtimes_keep_their_time() => Bounded.Run(() =>
    {
        using Runtime paused = Paused.Create();
        using Runtime other = Runtimes.Create(RuntimeKind.OneWorker);
        paused.BlockOn(paused.Clock.AdvanceAsync(TimeSpan.FromDays(1000)));
        Instant now = Instant.Now;
        Assert.True(paused.Clock.Now > now + TimeSpan.FromDays(900));
        Assert.True(other.Clock.Now - now < TimeSpan.FromDays(1));
        other.BlockOn(Kio.Sleep(Ms(1)));
        Assert.True(now.Elapsed >= Ms(1));
    });

    [Fact]
    public void Hours_of_sleep_take_no_time() => Paused.Run(async runtime =>
    {
        Instant start = Instant.Now;
        for (int i = 0; i < 1_000_000; i++)
        {
            await Kio.Sleep(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(start + TimeSpan.FromSeconds(1_000_000), Instant.Now);
    });

    [Fact]
    public void Many_sleeps_at_once_end_in_the_order_of_their_deadlines() => Paused.Run(async runtime =>
    {
        const int Sleeps = 20_000;
        Instant start = Instant.Now;
        List<int> ended = new(Sleeps);
        using JoinSet set = new();
        for (int i = 0; i < Sleeps; i++)
        {
            _ = set.Spawn(End(ended, (int)(i * 7919L % Sleeps)));
        }

        await set.JoinAllAsync();
        Assert.Equal(Sleeps, ended.Count);
        Assert.True(ended.SequenceEqual(Enumerable.Range(0, Sleeps)), "They ended in another order.");
        Assert.Equal(start + TimeSpan.FromSeconds(Sleeps - 1), Instant.Now);

        static async Future End(List<int> ended, int second)
        {
            await Kio.Sleep(TimeSpan.FromSeconds(second));
            ended.Add(second);
        }
    });

    [Fact]
    public void The_root_of_BlockOn_sleeps_too() => Bounded.Run(() =>
    {
        using Runtime runtime = Paused.Create();
        Instant start = runtime.Clock.Now;
        runtime.BlockOn(Kio.Sleep(TimeSpan.FromHours(5)));
        Assert.Equal(start + TimeSpan.FromHours(5), runtime.Clock.Now);
    });

    [Fact]
    public void A_local_set_sleeps_too() => Bounded.Run(() =>
    {
        using Runtime runtime = Paused.Create();
        using LocalSet set = new();
        set.BlockOn(runtime, async () =>
        {
            Instant start = Instant.Now;
            JoinHandle<TimeSpan> local = Kio.SpawnLocal(async () =>
            {
                await Kio.Sleep(TimeSpan.FromHours(1));
                return start.Elapsed;
            });
            await Kio.Sleep(Ms(1));
            Assert.Equal(TimeSpan.FromHours(1), await local);
            await RuntimeHandle.Current.Clock.AdvanceAsync(TimeSpan.FromHours(1));
            Assert.Equal(TimeSpan.FromHours(2), start.Elapsed);
        });
    });

    [Fact]
    public void The_same_program_gives_the_same_trace()
    {
        string Trace()
        {
            List<string> trace = [];
            Paused.Run(async runtime =>
            {
                Instant start = Instant.Now;
                Random random = new(42);
                List<JoinHandle> handles = [];
                for (int i = 0; i < 20; i++)
                {
                    int id = i;
                    int seed = random.Next();
                    handles.Add(Kio.Spawn(async () =>
                    {
                        Random own = new(seed);
                        for (int turn = 0; turn < 20; turn++)
                        {
                            await Kio.Sleep(Ms(own.Next(0, 5)));
                            trace.Add($"{id} {start.Elapsed.Ticks}");
                        }
                    }));
                }

                foreach (JoinHandle handle in handles)
                {
                    await handle;
                }
            });
            return string.Join('\n', trace);
        }

        string first = Trace();
        Assert.Equal(first, Trace());
    }

    [Fact]
    public void Advance_goes_from_deadline_to_deadline() => Paused.Run(async runtime =>
    {
        Instant start = Instant.Now;
        List<double> seen = [];
        JoinHandle task = Kio.Spawn(async () =>
        {
            for (int i = 1; i <= 5; i++)
            {
                await Kio.Sleep(Ms(i));
                seen.Add(start.Elapsed.TotalMilliseconds);
            }
        });
        await runtime.Clock.AdvanceAsync(Ms(10));
        Assert.Equal([1, 3, 6, 10], seen);
        Assert.Equal(Ms(10), start.Elapsed);
        await runtime.Clock.AdvanceAsync(Ms(4.9));
        Assert.False(task.IsFinished);
        await runtime.Clock.AdvanceAsync(Ms(0.1));
        Assert.True(task.IsFinished);
        await runtime.Clock.AdvanceAsync(TimeSpan.Zero);
        Assert.Equal(Ms(15), start.Elapsed);
    });

    [Fact]
    public void Advance_to_nothing_moves_the_clock_all_the_same() => Paused.Run(async runtime =>
    {
        Instant start = Instant.Now;
        await runtime.Clock.AdvanceAsync(TimeSpan.FromTicks(1));
        await runtime.Clock.AdvanceAsync(TimeSpan.FromMicroseconds(900));
        Assert.Equal(start + TimeSpan.FromMicroseconds(900.1), Instant.Now);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_end_of_time_is_never_reached(bool jump) => Paused.Run(async runtime =>
    {
        JoinHandle endless = Kio.Spawn(async () => await Kio.Sleep(Timeout.InfiniteTimeSpan));
        JoinHandle until = Kio.Spawn(async () => await Kio.SleepUntil(Instant.MaxValue));
        JoinHandle moved = Kio.Spawn(async () => await new Sleep(Instant.MaxValue));
        Task delay = Task.Delay(Timeout.InfiniteTimeSpan, runtime.TimeProvider);
        for (int i = 0; i < 3; i++)
        {
            await (jump ? runtime.Clock.JumpAsync(TimeSpan.MaxValue) : runtime.Clock.AdvanceAsync(TimeSpan.MaxValue));
            Assert.False(endless.IsFinished || until.IsFinished || moved.IsFinished || delay.IsCompleted);
            Assert.True(runtime.Clock.Now < Instant.MaxValue);
        }

        // There is time left, on a clock that goes on as well.
        Instant start = Instant.Now;
        await Kio.Sleep(TimeSpan.FromDays(30));
        Assert.Equal(TimeSpan.FromDays(30), start.Elapsed);
        runtime.Clock.Resume();
        await Kio.Sleep(TimeSpan.FromMilliseconds(1));
        await Expect.Throws<TimeoutException>(async () => await Kio.Sleep(Timeout.InfiniteTimeSpan).Timeout(TimeSpan.FromMilliseconds(1)));
        endless.Abort();
        until.Abort();
        moved.Abort();
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Steps_of_any_size_are_exact(bool jump) => Paused.Run(async runtime =>
    {
        Instant start = Instant.Now;
        JoinHandle sleeper = Kio.Spawn(async () => await Kio.SleepUntil(start + TimeSpan.FromSeconds(60)));
        TimeSpan sum = TimeSpan.Zero;
        foreach (double micros in new[] { 1000, 51_592, 1, 3_141_592, 0.1, 3_123_456, 1000, 250 })
        {
            TimeSpan step = TimeSpan.FromMicroseconds(micros);
            await (jump ? runtime.Clock.JumpAsync(step) : runtime.Clock.AdvanceAsync(step));
            sum += step;
            Assert.Equal(sum, start.Elapsed);
            Assert.False(sleeper.IsFinished);
        }

        await sleeper;
        Assert.Equal(TimeSpan.FromSeconds(60), start.Elapsed);
    });

    [Fact]
    public void Pausing_and_resuming_in_a_task_again_and_again() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        runtime.RunTask(async () =>
        {
            Instant start = Instant.Now;
            for (int i = 1; i <= 5; i++)
            {
                runtime.Clock.Pause();
                await Kio.Sleep(TimeSpan.FromHours(1));
                runtime.Clock.Resume();
                await Kio.Sleep(Ms(0.1));
                Assert.True(start.Elapsed >= i * (TimeSpan.FromHours(1) + Ms(0.1)));
            }
        });
    });

    [Fact]
    public void A_jump_passes_all_deadlines_at_once() => Paused.Run(async runtime =>
    {
        Instant start = Instant.Now;
        List<(int Id, TimeSpan At)> seen = [];
        List<JoinHandle> handles = [];
        foreach (int millis in new[] { 70, 10, 30, 20 })
        {
            handles.Add(Kio.Spawn(async () =>
            {
                await Kio.Sleep(Ms(millis));
                seen.Add((millis, start.Elapsed));
            }));
        }

        await Kio.YieldNow();
        await runtime.Clock.JumpAsync(Ms(60));
        foreach (JoinHandle handle in handles)
        {
            await handle;
        }

        Assert.Equal([(10, Ms(60)), (20, Ms(60)), (30, Ms(60)), (70, Ms(70))], seen);
    });

    [Fact]
    public void One_advance_at_a_time_and_a_cancelled_one_stops() => Paused.Run(async runtime =>
    {
        Instant start = Instant.Now;
        JoinHandle advance = Kio.Spawn(() => runtime.Clock.AdvanceAsync(TimeSpan.FromHours(1)));
        await Kio.YieldNow();
        await Expect.Throws<InvalidOperationException>(() => runtime.Clock.AdvanceAsync(Ms(1)));
        advance.Abort();
        Assert.True((await advance.JoinAsync()).IsAborted);
        Assert.Equal(start, Instant.Now);
        await runtime.Clock.AdvanceAsync(Ms(1));
        Assert.Equal(start + Ms(1), Instant.Now);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_nobody_would_move_the_time_on_it_is_refused(bool jump) => Bounded.Run(() =>
    {
        using Runtime paused = Paused.Create();
        using Runtime other = Runtimes.Create(RuntimeKind.OneWorker);
        using Runtime another = Paused.Create();
        Future Move() => jump ? paused.Clock.JumpAsync(Ms(1)) : paused.Clock.AdvanceAsync(Ms(1));
        Instant start = paused.Clock.Now;
        foreach (Runtime foreign in new[] { other, another })
        {
            InvalidOperationException elsewhere = Assert.Throws<InvalidOperationException>(() => foreign.BlockOn(Move));
            Assert.Contains("on another runtime", elsewhere.Message, StringComparison.Ordinal);
            elsewhere = Assert.Throws<InvalidOperationException>(() => foreign.BlockOn(() => Kio.Spawn(Move).AsFuture()));
            Assert.Contains("on another runtime", elsewhere.Message, StringComparison.Ordinal);
        }

        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => Move().AsTask().GetAwaiter().GetResult());
        Assert.Contains("outside any runtime", refused.Message, StringComparison.Ordinal);
        Assert.Equal(start, paused.Clock.Now);
        paused.BlockOn(Move);
        paused.BlockOn(async Task () => await Move());
        Assert.Equal(start + Ms(2), paused.Clock.Now);
    });

    [Fact]
    public void A_LocalRuntime_has_all_of_it() => Bounded.Run(() =>
    {
        using LocalRuntime local = Runtime.CreateCurrentThreadBuilder().StartPaused().BuildLocal();
        RuntimeClock clock = local.Handle.Clock;
        Instant start = clock.Now;
        List<double> seen = [];
        local.BlockOn(async () =>
        {
            using ITimer timer = RuntimeHandle.Current.TimeProvider.CreateTimer(
                _ => seen.Add(start.Elapsed.TotalMilliseconds), null, Ms(10), Ms(10));
            await clock.AdvanceAsync(Ms(25));
            Assert.Equal([10, 20], seen);
            await clock.JumpAsync(Ms(15));
            await clock.AdvanceAsync(TimeSpan.Zero);
            Assert.Equal([10, 20, 40], seen);
            using ManualResetEventSlim gate = new();
            JoinHandle closure = Kio.SpawnBlocking(gate.Wait);
            JoinHandle sleeper = Kio.Spawn(() => Kio.Sleep(TimeSpan.FromHours(1)));
            for (int i = 0; i < 100; i++)
            {
                await Kio.YieldNow(); // The closure holds the time.
            }

            Assert.Equal(Ms(40), start.Elapsed);
            gate.Set();
            await closure;
            timer.Dispose();
            await sleeper;
            Assert.Equal(TimeSpan.FromHours(1) + Ms(40), start.Elapsed);
            clock.Resume();
            await Kio.Sleep(Ms(1));
            clock.Pause();
            await Kio.Sleep(TimeSpan.FromHours(1));
            Assert.True(start.Elapsed > TimeSpan.FromHours(2));
        });
    });

    [Fact]
    public void What_is_awaited_under_the_guard_of_a_paused_runtime_is_of_its_time() => Bounded.Run(() =>
    {
        using Runtime paused = Paused.Create();
        using Runtime running = Runtimes.Create(RuntimeKind.OneWorker);
        Instant start = paused.Clock.Now;
        Task sleep = running.BlockOn(async () =>
        {
            await Kio.YieldNow();
            using (paused.Enter())
            {
                Assert.Equal(start, Instant.Now);
                return Kio.Sleep(TimeSpan.FromHours(1)).AsTask();
            }
        });
        paused.BlockOn(async () => await sleep);
        Assert.Equal(start + TimeSpan.FromHours(1), paused.Clock.Now);
    });

    [Fact]
    public void Resuming_during_an_advance_fails_it() => Paused.Run(async runtime =>
    {
        JoinHandle resumer = Kio.Spawn(async () =>
        {
            await Kio.Sleep(Ms(1));
            runtime.Clock.Resume();
        });
        await Expect.Throws<InvalidOperationException>(() => runtime.Clock.AdvanceAsync(TimeSpan.FromHours(1)));
        await resumer;
        runtime.Clock.Pause();
        await runtime.Clock.AdvanceAsync(TimeSpan.FromHours(1));
    });

    [Fact]
    public void A_running_closure_holds_time() => Paused.Run(async runtime =>
    {
        Instant start = Instant.Now;
        using ManualResetEventSlim gate = new();
        JoinHandle closure = Kio.SpawnBlocking(gate.Wait);
        JoinHandle sleeper = Kio.Spawn(async () => await Kio.Sleep(TimeSpan.FromHours(1)));
        JoinHandle second = Kio.SpawnBlocking(static () => { });
        await second;
        for (int i = 0; i < 1000; i++)
        {
            await Kio.YieldNow();
            Assert.False(sleeper.IsFinished);
        }

        Thread opener = new(gate.Set) { IsBackground = true };
        opener.Start();
        await closure;
        Assert.Equal(start, Instant.Now);
        await sleeper;
        Assert.Equal(start + TimeSpan.FromHours(1), Instant.Now);
    });

    [Fact]
    public void A_closure_that_nobody_waits_for_holds_time_only_while_it_runs() => Bounded.Run(() =>
    {
        for (int i = 0; i < 200; i++)
        {
            using Runtime runtime = Paused.Create();
            bool fails = i % 2 == 0;
            runtime.BlockOn(async () =>
            {
                _ = Kio.SpawnBlocking(() =>
                {
                    Thread.SpinWait(500);
                    if (fails)
                    {
                        throw new TimeZoneNotFoundException();
                    }
                });
                await Kio.Sleep(TimeSpan.FromHours(1));
            });
        }
    });

    [Fact]
    public void Advance_waits_for_the_closures_that_it_started() => Paused.Run(async runtime =>
    {
        for (int i = 0; i < 100; i++)
        {
            bool done = false;
            JoinHandle task = Kio.Spawn(async () =>
            {
                await Kio.Sleep(Ms(1));
                await Kio.SpawnBlocking(static () => Thread.SpinWait(1000));
                await Kio.Sleep(Ms(1));
                done = true;
            });
            await runtime.Clock.AdvanceAsync(Ms(2));
            Assert.True(done);
            await task;
        }
    });

    [Fact]
    public void A_waker_from_another_thread_ends_a_sleep_without_deadlines() => Bounded.Run(() =>
    {
        using Runtime runtime = Paused.Create();
        for (int i = 0; i < 100; i++)
        {
            Signal signal = new();
            new Thread(() => signal.Set(7)) { IsBackground = true }.Start();
            Assert.Equal(7, runtime.BlockOn(signal.AsFuture()));
        }
    });

    [Fact]
    public void Resuming_from_another_thread_is_noticed() => Bounded.Run(() =>
    {
        using Runtime runtime = Paused.Create();
        using ManualResetEventSlim gate = new();
        JoinHandle closure = runtime.SpawnBlocking(gate.Wait);
        new Thread(runtime.Clock.Resume) { IsBackground = true }.Start();
        runtime.BlockOn(Kio.Sleep(Ms(5)));
        gate.Set();
        runtime.BlockOn(closure.AsFuture());
    });

    [Fact]
    public void Cleanup_at_shutdown_sleeps_on_the_paused_clock() => Bounded.Run(() =>
    {
        Runtime runtime = Paused.Create();
        bool cleaned = false;
        runtime.BlockOn(async () =>
        {
            Kio.Detach(async () =>
            {
                try
                {
                    await Kio.Sleep(TimeSpan.FromDays(10));
                }
                finally
                {
                    // It takes no real time, of which the cleanup grace is.
                    await Kio.Sleep(TimeSpan.FromSeconds(4));
                    cleaned = true;
                }
            });
            await Kio.YieldNow();
        });
        runtime.Dispose();
        Assert.True(cleaned);
    });

    [Fact]
    public void Advance_leaves_nothing_to_run_behind_Task_Delays()
    {
        // With FakeTimeProvider.Advance this was unfinished 200 times of 200.
        Paused.Run(async runtime =>
        {
            TimeProvider provider = runtime.TimeProvider;
            for (int i = 0; i < 200; i++)
            {
                bool done = false;
                async Task TwoDelays()
                {
                    await Task.Delay(TimeSpan.FromSeconds(1), provider).ConfigureAwait(false);
                    await Task.Delay(TimeSpan.FromSeconds(1), provider).ConfigureAwait(false);
                    done = true;
                }

                Task task = TwoDelays();
                await runtime.Clock.AdvanceAsync(TimeSpan.FromSeconds(2));
                Assert.True(done && task.IsCompletedSuccessfully);
            }
        });
    }

    [Fact]
    public void The_same_with_captured_contexts_and_spawned_Tasks() => Paused.Run(async runtime =>
    {
        TimeProvider provider = runtime.TimeProvider;
        for (int i = 0; i < 200; i++)
        {
            int done = 0;
            JoinHandle handle = Kio.Spawn(async Task () =>
            {
                await Task.Delay(TimeSpan.FromSeconds(1), provider);
                await Task.WhenAll(Once(), Once());
                async Task Once()
                {
                    await Task.Delay(TimeSpan.FromSeconds(1), provider);
                    done++;
                }
            });
            await runtime.Clock.AdvanceAsync(TimeSpan.FromSeconds(2));
            Assert.Equal(2, done);
            Assert.True(handle.IsFinished);
        }
    });

    [Fact]
    public void DotNets_timers_share_the_clock() => Paused.Run(async runtime =>
    {
        TimeProvider provider = runtime.TimeProvider;
        DateTimeOffset utc = provider.GetUtcNow();
        long stamp = provider.GetTimestamp();
        using CancellationTokenSource source = new(TimeSpan.FromSeconds(30), provider);
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(10), provider);
        int ticks = 0;
        JoinHandle ticker = Kio.Spawn(async Task () =>
        {
            while (await timer.WaitForNextTickAsync())
            {
                ticks++;
            }
        });
        await runtime.Clock.AdvanceAsync(TimeSpan.FromSeconds(29));
        Assert.Equal(2, ticks);
        Assert.False(source.IsCancellationRequested);
        await runtime.Clock.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(3, ticks);
        Assert.True(source.IsCancellationRequested);
        Assert.Equal(TimeSpan.FromSeconds(30), provider.GetUtcNow() - utc);
        Assert.Equal(TimeSpan.FromSeconds(30), provider.GetElapsedTime(stamp));
        timer.Dispose();
        await ticker;
    });

    [Fact]
    public void Waiting_for_a_Task_with_a_time_limit() => Paused.Run(async runtime =>
    {
        TaskCompletionSource never = new();
        Instant start = Instant.Now;
        await Expect.Throws<TimeoutException>(async () =>
            await never.Task.WaitAsync(TimeSpan.FromMinutes(5), runtime.TimeProvider));
        Assert.Equal(start + TimeSpan.FromMinutes(5), Instant.Now);
    });
}
