using System;
using System.Threading;
using System.Threading.Tasks;
using Kioto.Sync;

namespace Kioto.Tests;

/// <summary>Blocking in place and what is around it: the budget, the queue, local sets, the end of the runtime.</summary>
public sealed class BlockInPlaceContextTests
{
    [Fact]
    public void A_thousand_tasks_from_outside_run_while_every_worker_is_blocked() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.FourWorkers);
        using CountdownEvent inside = new(4);
        using CountdownEvent ran = new(1000);
        using ManualResetEventSlim gate = new();
        JoinHandle[] blocked = new JoinHandle[4];
        for (int i = 0; i < blocked.Length; i++)
        {
            blocked[i] = runtime.Spawn(async () => Kio.BlockInPlace(() =>
            {
                inside.Signal();
                gate.Wait();
            }));
        }

        inside.Wait();
        for (int i = 0; i < 1000; i++)
        {
            _ = runtime.Spawn(async () => { ran.Signal(); });
        }

        ran.Wait();
        gate.Set();
        runtime.BlockOn(async () =>
        {
            foreach (JoinHandle handle in blocked)
            {
                await handle;
            }
        });
    });

    [Theory]
    [InlineData(1)] // The same thread takes the worker back.
    [InlineData(8)]
    public void The_budget_counts_again_after_it(int blockingThreads) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).MaxBlockingThreads(blockingThreads).Build();
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1024);
        for (int i = 0; i < 1024; i++)
        {
            Assert.True(sender.TrySend(i).IsSent);
        }

        sender.Dispose();
        int received = 0;
        int polls = 0;
        int others = 0;
        runtime.RunTask(async () =>
        {
            JoinHandle other = Kio.Spawn(async () =>
            {
                while (true)
                {
                    others++;
                    await Kio.YieldNow();
                }
            });
            Kio.BlockInPlace(() => { });
            for (int before = Ambient.Current.Budget; (await receiver.RecvAsync()).TryGetValue(out _); received++)
            {
                int now = Ambient.Current.Budget;
                polls += now >= before ? 1 : 0; // The task has had another turn.
                before = now;
            }

            other.Abort();
        });
        Assert.Equal(1024, received);
        Assert.InRange(polls, 1024 / Ambient.PollBudget - 1, 1024);
        Assert.True(others > 0);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_a_budget_what_is_driven_inside_goes_on_beyond_it(bool asTask) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(400);
        for (int i = 0; i < 400; i++)
        {
            Assert.True(sender.TrySend(i).IsSent);
        }

        sender.Dispose();
        Func<Future> body = async () => Kio.BlockInPlace(() =>
        {
            int sum = 0;
            for (int i = 0; i < 200; i++)
            {
                sum += receiver.Recv().Value;
            }

            Assert.Equal(199 * 200 / 2, sum);
            Assert.Equal(200, Rest().AsTask().GetAwaiter().GetResult());
        });
        if (asTask)
        {
            runtime.RunTask(body);
        }
        else
        {
            runtime.BlockOn(body);
        }

        async Future<int> Rest()
        {
            int count = 0;
            while ((await receiver.RecvAsync()).TryGetValue(out _))
            {
                count++;
            }

            return count;
        }
    });

    [Fact]
    public void A_lock_that_is_taken_more_often_than_a_budget_allows_does_not_hang() => Runtimes.Run(RuntimeKind.OneWorker, async () =>
    {
        RuntimeHandle runtime = RuntimeHandle.Current;
        Mutex<int> mutex = new(0);
        await Kio.Spawn(async () => Kio.BlockInPlace(() => runtime.BlockOn(async () =>
        {
            for (int i = 0; i <= 2 * Ambient.PollBudget; i++)
            {
                using MutexGuard<int> guard = await mutex.LockAsync();
                guard.Value = i;
            }
        })));
        using MutexGuard<int> last = await mutex.LockAsync();
        Assert.Equal(2 * Ambient.PollBudget, last.Value);
    });

    [Fact]
    public void With_one_worker_and_one_thread_besides_it_nests_with_BlockOn_in_between() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).MaxBlockingThreads(1).Build();
        for (int i = 0; i < 100; i++)
        {
            runtime.BlockOn(async () => await Kio.Spawn(async () => Kio.BlockInPlace(() => runtime.BlockOn(async () =>
            {
                Kio.BlockInPlace(() => { });
                await Kio.YieldNow();
            }))));
        }
    });

    [Fact]
    public void What_the_same_poll_has_put_off_goes_on_meanwhile() => Runtimes.Run(RuntimeKind.OneWorker, async () =>
    {
        // A yield that another builder awaits: it comes back through the queue that this worker is about to leave.
        Task deferred = Deferred();
        Assert.False(deferred.IsCompleted);
        Kio.BlockInPlace(deferred.Wait);
        await Kio.YieldNow();

        static async Task Deferred() => await Kio.YieldNow();
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void In_a_blocking_closure_it_is_a_plain_call(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal("inside", await Kio.Spawn(async () => await Kio.SpawnBlocking(() => Kio.BlockInPlace(() => "inside"))));
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void A_runtime_may_be_made_inside_and_blocked_on(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        runtime.BlockOn(async () =>
        {
            Make();
            await Kio.Spawn(async () =>
            {
                Make();
                await Kio.YieldNow();
            });
        });

        static void Make() => Kio.BlockInPlace(() =>
        {
            using Runtime inner = Runtimes.Create(RuntimeKind.CurrentThread);
            inner.BlockOn(Kio.YieldNow());
        });
    });

    [Theory]
    [InlineData(RuntimeKind.CurrentThread)]
    [InlineData(RuntimeKind.TwoWorkers)]
    [InlineData(RuntimeKind.PerCore)]
    public void In_a_local_set_it_is_refused_also_in_the_cleanup_of_its_end(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        LocalSet set = new();
        int refused = 0;
        set.BlockOn(runtime, async () =>
        {
            Try();
            await Kio.SpawnLocal(async () => Try());
            _ = Kio.SpawnLocal(async () =>
            {
                try
                {
                    await new Signal().AsFuture();
                }
                finally
                {
                    Try();
                }
            });
            await Kio.YieldNow();
        });
        Assert.Equal(2, refused);
        set.Dispose();
        Assert.Equal(3, refused);

        void Try()
        {
            try
            {
                Kio.BlockInPlace(() => { });
            }
            catch (InvalidOperationException)
            {
                refused++;
            }
        }
    });

    [Fact]
    public void A_shutdown_ends_although_one_task_blocks_until_anothers_cleanup() => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        using ManualResetEventSlim inside = new();
        using ManualResetEventSlim released = new();
        JoinHandle blocked = runtime.Spawn(async () => Kio.BlockInPlace(() =>
        {
            inside.Set();
            released.Wait();
        }));
        JoinHandle releaser = runtime.Spawn(async () =>
        {
            try
            {
                await Kio.Sleep(TimeSpan.FromHours(1));
            }
            finally
            {
                released.Set();
            }
        });
        inside.Wait();
        runtime.BlockOn(Expect.Until(() => DumpOf(releaser) is TaskDumpState.Waiting));
        runtime.Dispose();
        Assert.True(blocked.IsFinished && releaser.IsFinished);

        TaskDumpState? DumpOf(JoinHandle handle)
        {
            foreach (TaskDump task in runtime.Dump().Tasks)
            {
                if (task.Id == handle.Id)
                {
                    return task.State;
                }
            }

            return null;
        }
    });
}
