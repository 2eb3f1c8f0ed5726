using System;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>What is reported of cancelled code that does not end, how often, and what is let go where strands nest.</summary>
public sealed class GraceReportTests
{
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(15);

    public static TheoryData<string> Nestings => ["Frame", "Join", "Timeout", "Set", "Pinned", "Nested", "Helper"];

    [Theory]
    [MemberData(nameof(Nestings))]
    public void Code_that_is_stuck_is_let_go_and_its_task_is_reported_once(string nesting) => Reported(async reports =>
    {
        TaskCompletionSource never = new();
        int arms = nesting is "Join" or "Set" or "Nested" ? 2 : 1;
        int begun = 0;
        int cleaned = 0;
        JoinHandle handle = Kio.Spawn(async () => await Nest(nesting, Stuck));
        await Expect.Until(() => Volatile.Read(ref begun) == arms);
        TaskId id = handle.Id;
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
        if (nesting == "Helper")
        {
            await Expect.Until(() => Volatile.Read(ref cleaned) != 0); // Its Task was let go: it ends by itself.
        }

        Assert.Equal(arms, Volatile.Read(ref cleaned));
        await Kio.Sleep(4 * s_grace); // The others' graces end at the same time.
        string message = Assert.IsType<TimeoutException>(Assert.Single(reports)).Message;
        Assert.Contains($"in task {id}:", message, StringComparison.Ordinal);
        Assert.Matches("It waits for (a Task or a ValueTask|FutureSet)", message);

        async Future Stuck()
        {
            try
            {
                Interlocked.Increment(ref begun);
                await never.Task;
            }
            finally
            {
                Interlocked.Increment(ref cleaned);
                await Kio.YieldNow(); // Which one more delivery may cut off.
            }
        }
    });

    [Fact]
    public void A_loser_that_is_stuck_is_reported_in_the_name_of_its_task() => Reported(async reports =>
    {
        TaskCompletionSource never = new();
        JoinHandle handle = Kio.Spawn(async () =>
        {
            await Expect.Throws<TimeoutException>(async () => await Stuck().Timeout(TimeSpan.FromMilliseconds(1)));
        });
        TaskId id = handle.Id;
        await handle;
        Assert.Contains($"in task {id}:", Assert.Single(reports).Message, StringComparison.Ordinal);

        async Future Stuck()
        {
            try
            {
                await never.Task;
            }
            finally
            {
                await Kio.YieldNow();
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_shield_that_does_not_end_is_reported(RuntimeKind kind) => Reported(kind, async reports =>
    {
        TaskCompletionSource gate = new();
        int begun = 0;
        JoinHandle handle = Kio.Spawn(async () => await Kio.Join(Kio.Shield(Inner()), Kio.Shield(Inner())));
        TaskId id = handle.Id;
        await Expect.Until(() => Volatile.Read(ref begun) == 2);
        handle.Abort();
        await Expect.Until(() => !reports.IsEmpty);
        Assert.False(handle.IsFinished);
        string message = Assert.IsType<TimeoutException>(Assert.Single(reports)).Message;
        Assert.Contains($"in task {id},", message, StringComparison.Ordinal);
        Assert.Contains("Kio.Shield", message, StringComparison.Ordinal);
        gate.SetResult();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.Single(reports);

        async Future Inner()
        {
            Interlocked.Increment(ref begun);
            await gate.Task;
        }
    });

    [Fact]
    public void A_shield_inside_cleanup_is_reported() => Reported(async reports =>
    {
        TaskCompletionSource gate = new();
        bool begun = false;
        JoinHandle handle = Kio.Spawn(async () =>
        {
            try
            {
                Volatile.Write(ref begun, true);
                await Kio.Sleep(Timeout.InfiniteTimeSpan);
            }
            finally
            {
                await Kio.Shield(Inner());
            }
        });
        await Expect.Until(() => Volatile.Read(ref begun));
        handle.Abort();
        await Expect.Until(() => !reports.IsEmpty);
        gate.SetResult();
        Assert.True((await handle.JoinAsync()).IsAborted);

        async Future Inner() => await gate.Task;
    });

    [Fact]
    public void A_shield_that_ends_in_time_is_not_reported() => Reported(async reports =>
    {
        Signal signal = new();
        JoinHandle handle = Kio.Spawn(async () => await Kio.Shield(Inner()));
        await Expect.Until(() => signal.Polls > 0);
        handle.Abort();
        await Kio.YieldNow();
        signal.Set();
        Assert.True((await handle.JoinAsync()).IsAborted);
        await Kio.Sleep(4 * s_grace);
        Assert.Empty(reports);

        async Future Inner() => await signal.AsFuture();
    }, TimeSpan.FromSeconds(2));

    [Fact]
    public void A_custom_awaitable_in_a_try_is_reported_and_waited_for() => Reported(async reports =>
    {
        // It can't be made to throw, and its frame must not be dropped: only the runtime's end ends it.
        Manual manual = new();
        bool cleaned = false;
        JoinHandle handle = Kio.Spawn(async () =>
        {
            try
            {
                await manual;
            }
            finally
            {
                cleaned = true;
            }
        });
        await Expect.Until(() => manual.IsAwaited);
        handle.Abort();
        await Expect.Until(() => !reports.IsEmpty);
        await Kio.Sleep(2 * s_grace);
        Assert.False(handle.IsFinished);
        Assert.Contains("GraceReportTests.Manual", Assert.Single(reports).Message, StringComparison.Ordinal);
        manual.Complete();
        await handle.JoinAsync();
        Assert.True(cleaned);
    });

    [Fact]
    public void A_local_set_without_a_runtime_redelivers_too()
    {
        LocalSetScheduler scheduler = new();
        Assert.Equal(CleanupGrace.DefaultNanos, scheduler.CleanupGraceNanos);
        Assert.False(scheduler.IsTimeReal);
        bool woken = false;
        CleanupGrace grace = CleanupGrace.Start(new Woken(() => woken = true), scheduler, shielded: false);
        Assert.False(grace.IsOver);
        grace.Wake();
        Assert.True(grace.IsOver);
        Assert.True(woken);
        grace.Stop();
    }

    [Fact]
    public void On_a_paused_clock_the_grace_is_real_time() => Bounded.Run(() =>
    {
        ConcurrentQueue<Exception> reports = new();
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().StartPaused().OnUnhandledFailure(reports.Enqueue).Build();
        runtime.RunTask(async () =>
        {
            string log = "";
            JoinHandle handle = Kio.Spawn(async () =>
            {
                try
                {
                    await Future.Pending();
                }
                finally
                {
                    await Task.Delay(50);
                    log += "real ";
                    await Kio.Sleep(TimeSpan.FromHours(1));
                    log += "virtual ";
                }
            });
            await Kio.YieldNow();
            handle.Abort();
            Assert.True((await handle.JoinAsync()).IsAborted);
            Assert.Equal("real virtual ", log);
            Assert.Empty(reports);
        });
    });

    [Fact]
    public void On_a_paused_clock_the_cancellation_is_delivered_again() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().StartPaused().CleanupGrace(s_grace).Build();
        runtime.RunTask(async () =>
        {
            int caught = 0;
            JoinHandle handle = Kio.Spawn(async () =>
            {
                try
                {
                    await Future.Pending();
                }
                catch (FutureCancelledException)
                {
                    caught++;
                }

                await Future.Pending();
            });
            await Kio.YieldNow();
            handle.Abort();
            Instant before = Instant.Now;
            Assert.True((await handle.JoinAsync()).IsAborted);
            Assert.Equal(1, caught);
            Assert.Equal(before, Instant.Now);
        });
    });

    [Fact]
    public void A_failing_callback_on_the_strands_token_is_reported() => Reported(async reports =>
    {
        bool begun = false;
        JoinHandle handle = Kio.Spawn(async () =>
        {
            using CancellationTokenRegistration registration = Kio.CancellationToken.Register(static () => throw new FormatException());
            Volatile.Write(ref begun, true);
            await Future.Pending();
        });
        await Expect.Until(() => Volatile.Read(ref begun));
        handle.Abort();
        await handle.JoinAsync();
        Assert.IsType<AggregateException>(Assert.Single(reports));
    });

    private static async Future Nest(string nesting, Func<Future> stuck)
    {
        switch (nesting)
        {
            case "Join":
                await Kio.Join(stuck(), stuck());
                break;
            case "Timeout":
                await stuck().Timeout(TimeSpan.FromMinutes(1));
                break;
            case "Set":
                await using (FutureSet<Unit> set = new())
                {
                    set.Add(stuck().AsUnit());
                    set.Add(stuck().AsUnit());
                    await set.NextAsync();
                }

                break;
            case "Pinned":
                await using (Pinned<Unit> pinned = Kio.Pin(stuck().AsUnit()))
                {
                    await pinned;
                }

                break;
            case "Nested":
                await Kio.Join(Kio.Join(stuck(), stuck()).Timeout(TimeSpan.FromMinutes(1)), Future.Pending());
                break;
            case "Helper":
                await Helper(stuck);
                break;
            default:
                await stuck();
                break;
        }
    }

    private static async Task Helper(Func<Future> stuck) => await stuck();

    private static void Reported(Func<ConcurrentQueue<Exception>, Future> body) => Reported(body, s_grace);

    private static void Reported(Func<ConcurrentQueue<Exception>, Future> body, TimeSpan grace) =>
        Reported(RuntimeKind.TwoWorkers, body, grace);

    private static void Reported(RuntimeKind kind, Func<ConcurrentQueue<Exception>, Future> body, TimeSpan? grace = null) => Bounded.Run(() =>
    {
        ConcurrentQueue<Exception> reports = new();
        using Runtime runtime = Runtimes.Builder(kind).CleanupGrace(grace ?? s_grace).OnUnhandledFailure(reports.Enqueue).Build();
        runtime.RunTask(() => body(reports));
    });

    private sealed class Woken(Action woken) : Strand
    {
        internal override void Wake() => woken();
    }

    private sealed class Manual : INotifyCompletion
    {
        private Action? _continuation;

        public bool IsCompleted => false;

        public Manual GetAwaiter() => this;

        public void OnCompleted(Action continuation) => Volatile.Write(ref _continuation, continuation);

        public void GetResult()
        {
        }

        internal bool IsAwaited => Volatile.Read(ref _continuation) is not null;

        internal void Complete() => Volatile.Read(ref _continuation)!();
    }
}
