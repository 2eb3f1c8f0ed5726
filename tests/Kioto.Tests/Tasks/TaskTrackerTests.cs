using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using static Kioto.Tests.GroupBodies;

namespace Kioto.Tests;

/// <summary>What tokio-util's task_tracker asks.</summary>
public sealed class TaskTrackerTests
{
    [Fact]
    public void Opens_and_closes()
    {
        TaskTracker tracker = new();
        Assert.False(tracker.IsClosed);
        Assert.True(tracker.IsEmpty);
        Assert.True(tracker.Close());
        Assert.False(tracker.Close());
        Assert.True(tracker.IsClosed);
        Assert.True(tracker.Reopen());
        Assert.False(tracker.Reopen());
        Assert.False(tracker.IsClosed);
        Assert.Equal(0, tracker.Count);
    }

    [Fact]
    public void Tokens_count()
    {
        TaskTracker tracker = new();
        List<TaskTrackerToken> tokens = [];
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(i, tracker.Count);
            tokens.Add(tracker.CreateToken());
        }

        foreach (TaskTrackerToken token in tokens)
        {
            token.Dispose();
            token.Dispose();
        }

        Assert.True(tracker.IsEmpty);
    }

    [Fact]
    public void A_moment_at_which_it_was_closed_and_empty_is_enough() => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        TaskTracker tracker = new();
        tracker.Close();
        await tracker.WaitAsync();
        Future wait = tracker.WaitAsync();
        tracker.Reopen();
        await wait;

        wait = tracker.WaitAsync();
        tracker.Close();
        tracker.Reopen();
        await wait;

        tracker.Close();
        TaskTrackerToken first = tracker.CreateToken();
        wait = tracker.WaitAsync();
        first.Dispose();
        using TaskTrackerToken second = tracker.CreateToken();
        await wait;
    });

    [Fact]
    public void An_open_tracker_that_is_empty_for_a_moment_waits_on() => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        TaskTracker tracker = new();
        TaskTrackerToken token = tracker.CreateToken();
        JoinHandle wait = Kio.Spawn(tracker.WaitAsync());
        await Kio.YieldNow();
        token.Dispose();
        using (tracker.CreateToken())
        {
            await After(3, 0);
            Assert.False(wait.IsFinished);
            tracker.Close();
            await After(3, 0);
            Assert.False(wait.IsFinished);
        }

        await wait;
    });

    [Fact]
    public void A_cancelled_wait_is_repeated() => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        TaskTracker tracker = new();
        TaskTrackerToken token = tracker.CreateToken();
        tracker.Close();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(1, (await Kio.SelectBiased(tracker.WaitAsync().AsUnit(), Kio.YieldNow().AsUnit())).Index);
        }

        token.Dispose();
        await tracker.WaitAsync();
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void All_who_wait_are_told_when_the_last_task_has_ended(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        TaskTracker tracker = new();
        int ended = 0;
        JoinHandle[] waits = [.. Enumerable.Range(0, 10).Select(_ => Kio.Spawn(tracker.WaitAsync()))];
        for (int i = 0; i < 20; i++)
        {
            int yields = i;
            tracker.Spawn(async () =>
            {
                await After(yields, 0);
                Interlocked.Increment(ref ended);
            });
        }

        tracker.Spawn(async Task () =>
        {
            await Task.Yield();
            Interlocked.Increment(ref ended);
        });
        tracker.SpawnBlocking(() =>
        {
            Interlocked.Increment(ref ended);
        });
        JoinHandle<int> result = tracker.Spawn(After(3, 3));
        tracker.Close();
        await tracker.WaitAsync();
        Assert.Equal(22, ended);
        Assert.Equal(3, await result);
        foreach (JoinHandle wait in waits)
        {
            await wait;
        }

        tracker.SpawnOn(RuntimeHandle.Current, async () => await Kio.YieldNow());
        await tracker.WaitAsync();
        Assert.True(tracker.IsEmpty);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Tracked_futures_count_until_they_have_ended_or_were_dropped(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        TaskTracker tracker = new();
        tracker.Close();
        Assert.Equal(4, await tracker.Track(After(2, 4)));
        await tracker.Track(Kio.YieldNow());
        await Expect.Throws<NotSupportedException>(async () => await tracker.Track(Fails("tracked")));
        Assert.Equal(0, tracker.Count);

        Cleaning cleaning = new();
        JoinHandle<int> unwound = Kio.Spawn(tracker.Track(cleaning.Run()));
        JoinHandle<int> neverPolled = Kio.Spawn(tracker.Track(After(1, 1)));
        neverPolled.Abort();
        await cleaning.Begun(1);
        unwound.Abort();
        await tracker.WaitAsync();
        Assert.Equal(1, cleaning.Cleaned);
        await unwound.JoinAsync();
        await neverPolled.JoinAsync();
    });

    [Fact]
    public void Futures_that_a_runtime_drops_at_its_end_leave() => Bounded.Run(() =>
    {
        TaskTracker tracker = new();
        tracker.Close();
        using (Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker))
        {
            runtime.Spawn(tracker.Track(Never()));
            tracker.SpawnOn(runtime.Handle, Never);
            runtime.BlockOn(async () => await Kio.YieldNow());
        }

        using Runtime other = Runtimes.Create(RuntimeKind.CurrentThread);
        other.BlockOn(tracker.WaitAsync());
        Assert.True(tracker.IsEmpty);
    });

    [Fact]
    public void Local_tasks_are_tracked_and_not_aborted_with_it() => Bounded.Run(() =>
    {
        using LocalSet local = new();
        TaskTracker tracker = new();
        tracker.Close();
        tracker.SpawnLocalOn(local, async () => await Kio.YieldNow());
        local.BlockOn(async () =>
        {
            tracker.SpawnLocal(async () => await Kio.YieldNow());
            await tracker.WaitAsync();
            Assert.True(tracker.IsEmpty);
        });
    });

    [Fact]
    public void Failures_without_a_handle_are_reported_before_the_wait_ends() => Bounded.Run(() =>
    {
        List<Exception> reported = [];
        using Runtime runtime = Runtimes.Builder(RuntimeKind.TwoWorkers).OnUnhandledFailure(reported.Add).Build();
        runtime.RunTask(async () =>
        {
            TaskTracker tracker = new();
            tracker.Close();
            tracker.Spawn(async () =>
            {
                await Kio.YieldNow();
                throw new NotSupportedException();
            });
            await tracker.WaitAsync();
            Assert.IsType<NotSupportedException>(Assert.Single(reported));
            JoinHandle<int> failing = tracker.Spawn(Fails("handled"));
            await Expect.Throws<NotSupportedException>(async () => await failing);
            Assert.Single(reported);
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.WithWorkers), MemberType = typeof(Runtimes))]
    public void Closing_races_with_the_last_end(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        for (int round = 0; round < 500; round++)
        {
            TaskTracker tracker = new();
            tracker.Spawn(async () => await Kio.YieldNow());
            JoinHandle wait = Kio.Spawn(tracker.WaitAsync());
            tracker.Spawn(async () => await Kio.YieldNow());
            tracker.Close();
            await wait;
            Assert.True(tracker.IsEmpty);
        }
    });
}
