using System;
using System.Threading;
using Kioto.Sync;

namespace Kioto.Tests;

/// <summary>Two tasks that wake each other in turn have their worker to themselves only as long as nobody else wants it.</summary>
public sealed class TalkingTasksTests
{
    [Fact]
    public void They_let_tasks_that_wait_run_after_a_few_polls() => OnOneWorker(async talk =>
    {
        int others = 0;
        long before = talk.Rounds;
        for (int i = 0; i < 2; i++)
        {
            _ = Kio.Spawn(async () =>
            {
                await Kio.YieldNow();
                others++;
            });
        }

        while (others < 2)
        {
            await talk.Round();
        }

        Assert.InRange(talk.Rounds - before, 1, 8);
    });

    [Fact]
    public void They_let_a_task_from_outside_run() => OnOneWorker(async talk =>
    {
        RuntimeHandle handle = RuntimeHandle.Current;
        bool came = false;
        Thread outside = new(() => handle.Spawn(async () =>
        {
            await Kio.YieldNow();
            Volatile.Write(ref came, true);
        }));
        outside.Start();
        while (!Volatile.Read(ref came))
        {
            await talk.Round();
        }

        await Kio.SpawnBlocking(outside.Join);
    });

    [Fact]
    public void They_let_a_background_task_run() => OnOneWorker(async talk =>
    {
        bool came = false;
        _ = Kio.Spawn(TaskClass.Background, async () =>
        {
            await Kio.YieldNow();
            came = true;
        });
        while (!came)
        {
            await talk.Round();
        }
    });

    [Fact]
    public void They_let_timers_fire() => OnOneWorker(async talk =>
    {
        bool came = false;
        _ = Kio.Spawn(async () =>
        {
            await Kio.Sleep(TimeSpan.FromMilliseconds(5));
            came = true;
        });
        while (!came)
        {
            await talk.Round();
        }
    });

    [Fact]
    public void Each_has_its_budget_back_in_time() => OnOneWorker(async talk =>
    {
        // More rounds than a budget has units, none of which finds it spent.
        for (int i = 0; i < 10 * Ambient.PollBudget; i++)
        {
            await talk.Round();
            Assert.True(Kio.HasBudgetRemaining);
        }
    });

    private static void OnOneWorker(Func<Talk, Future> body) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().ForTests().WorkerThreads(1).Build();
        runtime.RunTask(async () =>
        {
            Talk talk = new();
            JoinHandle other = Kio.Spawn(talk.Answer);
            await body(talk);
            other.Abort();
        });
    });

    private sealed class Talk
    {
        private readonly Notify _ask = new();
        private readonly Notify _answer = new();

        internal long Rounds { get; private set; }

        internal async Future Round()
        {
            Rounds++;
            _ask.NotifyOne();
            await _answer.NotifiedAsync();
        }

        internal async Future Answer()
        {
            while (true)
            {
                await _ask.NotifiedAsync();
                _answer.NotifyOne();
            }
        }
    }
}
