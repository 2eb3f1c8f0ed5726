using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

public sealed class TaskClassTests
{
    public static TheoryData<RuntimeKind> OnOneThread => [RuntimeKind.CurrentThread, RuntimeKind.OneWorker, RuntimeKind.PerCore];

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Every_form_of_spawn_takes_a_class(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        foreach (TaskClass taskClass in (ReadOnlySpan<TaskClass>)[TaskClass.Normal, TaskClass.Background])
        {
            TaskClass chosen = taskClass;
            int ran = 0;
            JoinHandle<int> one = runtime.Spawn(chosen, async () => 1);
            JoinHandle two = runtime.Handle.Spawn(chosen, async () => Note());
            JoinHandle<int> three = runtime.Spawn(chosen, Value(3));
            JoinHandle four = runtime.Handle.Spawn(chosen, Act());
            JoinHandle<int> five = runtime.Spawn(chosen, async Task<int> () => 5);
            JoinHandle six = runtime.Handle.Spawn(chosen, async Task () =>
            {
                await Task.Yield();
                Note();
            });
            runtime.BlockOn(async () =>
            {
                Assert.Equal(135, (((await one * 10) + await three) * 10) + await five);
                await two;
                await four;
                await six;
                Assert.Equal(7, await Kio.Spawn(chosen, async () => 7));
                Assert.Equal(8, await Kio.Spawn(chosen, Value(8)));
                Assert.Equal(9, await Kio.Spawn(chosen, async Task<int> () => 9));
                await Kio.Spawn(chosen, async () => Note());
                await Kio.Spawn(chosen, Act());
                await Kio.Spawn(chosen, async Task () => Note());
                Kio.Detach(chosen, async () => Note());
                Kio.Detach(chosen, Act());
                Kio.Detach(chosen, async Task () => Note());
                await Expect.Until(() => Volatile.Read(ref ran) == 9);
            });

            void Note() => Interlocked.Increment(ref ran);

            async Future Act() => Note();
        }

        static async Future<int> Value(int value) => value;
    });

    [Fact]
    public void A_class_that_there_is_not_is_refused_and_the_future_can_still_be_used() => Runtimes.Run(async () =>
    {
        TaskClass wrong = (TaskClass)7;
        bool ran = false;
        Future future = Run();
        Assert.Equal("taskClass", Assert.Throws<ArgumentOutOfRangeException>(() => _ = Kio.Spawn(wrong, async () => { })).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = Kio.Spawn(wrong, future));
        Assert.Throws<ArgumentOutOfRangeException>(() => Kio.Detach(wrong, async Task () => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new JoinSetOptions { Class = wrong });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TaskScopeOptions { Class = wrong });
        Assert.Throws<ArgumentNullException>(() => _ = Kio.Spawn(TaskClass.Background, (Func<Future>)null!));
        await future;
        Assert.True(ran);

        async Future Run() => ran = true;
    });

    [Fact]
    public void Outside_a_runtime_the_message_says_so() =>
        Assert.Throws<InvalidOperationException>(() => _ = Kio.Spawn(TaskClass.Background, async () => { }));

    [Theory]
    [InlineData(RuntimeKind.CurrentThread, 1)]
    [InlineData(RuntimeKind.CurrentThread, 5)]
    [InlineData(RuntimeKind.CurrentThread, 16)]
    [InlineData(RuntimeKind.OneWorker, 1)]
    [InlineData(RuntimeKind.OneWorker, 5)]
    [InlineData(RuntimeKind.OneWorker, 16)]
    [InlineData(RuntimeKind.PerCore, 5)]
    public void Of_a_flood_of_both_classes_the_background_one_gets_its_weight(RuntimeKind kind, int interval) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(kind).BackgroundInterval(interval).BackgroundMaxWait(Timeout.InfiniteTimeSpan)
            .StuckThreshold(Timeout.InfiniteTimeSpan).Build();
        runtime.RunTask(async () =>
        {
            const int Normal = 160;
            List<char> log = [];
            Event done = new();
            for (int i = 0; i < Normal; i++)
            {
                Spawn(TaskClass.Background, 'b');
                Spawn(TaskClass.Normal, 'n');
            }

            await done.WaitAsync();
            List<int> gaps = [];
            int gap = 0;
            for (int i = 0, normal = 0; normal < Normal; i++)
            {
                if (log[i] == 'n')
                {
                    normal++;
                    gap++;
                }
                else
                {
                    gaps.Add(gap);
                    gap = 0;
                }
            }

            // The first comes at the next look; the one in the LIFO slot is no pick.
            Assert.True(gaps[0] <= int.Max(interval, 4) + 1, $"{gaps[0]}");
            Assert.All(gaps[1..], gap => Assert.Equal(interval, gap));

            void Spawn(TaskClass taskClass, char letter) => Kio.Detach(taskClass, async () =>
            {
                log.Add(letter);
                if (log.Count == 2 * Normal)
                {
                    done.Set();
                }
            });
        });
    });

    [Theory]
    [MemberData(nameof(OnOneThread))]
    public void Normal_tasks_run_first_and_background_ones_in_their_order(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(kind).BackgroundInterval(1000).BackgroundMaxWait(Timeout.InfiniteTimeSpan)
            .StuckThreshold(Timeout.InfiniteTimeSpan).Build();
        runtime.RunTask(async () =>
        {
            List<int> log = [];
            List<JoinHandle> tasks = [];
            for (int i = 0; i < 20; i++)
            {
                int number = i;
                tasks.Add(Kio.Spawn(TaskClass.Background, async () => log.Add(100 + number)));
                tasks.Add(Kio.Spawn(async () => log.Add(number)));
            }

            foreach (JoinHandle task in tasks)
            {
                await task;
            }

            Assert.Equal(Enumerable.Range(0, 20), log[..20].Order());
            Assert.Equal(Enumerable.Range(100, 20), log[20..]);
        });
    });

    [Theory]
    [MemberData(nameof(OnOneThread))]
    public void A_background_task_that_is_woken_or_yields_goes_behind_the_normal_ones(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(kind).BackgroundInterval(1000).BackgroundMaxWait(Timeout.InfiniteTimeSpan)
            .StuckThreshold(Timeout.InfiniteTimeSpan).Build();
        runtime.RunTask(async () =>
        {
            Event gate = new();
            string log = "";
            bool waits = false;
            JoinHandle background = Kio.Spawn(TaskClass.Background, async () =>
            {
                Future<int> waiting = gate.WaitAsync();
                waits = true;
                await waiting;
                log += "w";
                await Kio.YieldNow();
                log += "y";
            });
            await Kio.Spawn(TaskClass.Background, async () => { }); // Behind the other one: that waits now.
            Assert.True(waits);
            gate.Set();
            for (int i = 0; i < 10; i++)
            {
                await Kio.YieldNow();
                Assert.Equal("", log);
            }

            await background;
            Assert.Equal("wy", log);
        });
    });

    [Fact]
    public void A_task_that_has_waited_for_too_long_goes_first() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().StartPaused().BackgroundInterval(1_000_000)
            .BackgroundMaxWait(TimeSpan.FromMilliseconds(100)).Build();
        runtime.RunTask(async () =>
        {
            bool ran = false;
            JoinHandle background = Kio.Spawn(TaskClass.Background, async () => { ran = true; });
            await Turns(1000);
            await runtime.Clock.JumpAsync(TimeSpan.FromMilliseconds(99));
            await Turns(1000);
            Assert.False(ran);
            await runtime.Clock.JumpAsync(TimeSpan.FromMilliseconds(1));
            await Turns(4);
            Assert.True(ran);
            await background;
        });

        static async Future Turns(int turns)
        {
            for (int i = 0; i < turns; i++)
            {
                await Kio.YieldNow();
            }
        }
    });

    [Theory]
    [MemberData(nameof(OnOneThread))]
    public void On_real_clocks_too(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(kind).BackgroundInterval(1_000_000)
            .BackgroundMaxWait(TimeSpan.FromMilliseconds(20)).StuckThreshold(Timeout.InfiniteTimeSpan).Build();
        runtime.RunTask(async () =>
        {
            bool ran = false;
            JoinHandle background = Kio.Spawn(TaskClass.Background, async () => Volatile.Write(ref ran, true));
            int turns = 0;
            for (; !Volatile.Read(ref ran); turns++)
            {
                Thread.SpinWait(2000);
                await Kio.YieldNow();
            }

            Assert.True(turns < 1_000_000, $"{turns}"); // By its weight it would have come after so many.
            await background;
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Neither_class_starves_beside_endless_tasks_of_the_other(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        bool stop = false;
        List<JoinHandle> endless = [];
        for (int i = 0; i < 50; i++)
        {
            endless.Add(Kio.Spawn(TaskClass.Background, Spin));
            endless.Add(Kio.Spawn(TaskClass.Normal, Spin));
        }

        await Turns();
        await Kio.Spawn(TaskClass.Background, Turns);
        await Kio.Spawn(TaskClass.Normal, Turns);
        await Kio.Spawn(TaskClass.Background, async () => await Kio.Sleep(TimeSpan.FromMilliseconds(1)));
        Volatile.Write(ref stop, true);
        foreach (JoinHandle task in endless)
        {
            await task;
        }

        async Future Spin()
        {
            while (!Volatile.Read(ref stop))
            {
                await Kio.YieldNow();
            }
        }

        static async Future Turns()
        {
            for (int i = 0; i < 20; i++)
            {
                await Kio.YieldNow();
            }
        }
    });

    [Theory]
    [MemberData(nameof(OnOneThread))]
    public void A_flood_in_the_background_delays_a_normal_task_by_no_more_than_its_weight(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(kind).BackgroundInterval(10).BackgroundMaxWait(Timeout.InfiniteTimeSpan)
            .StuckThreshold(Timeout.InfiniteTimeSpan).Build();
        runtime.RunTask(async () =>
        {
            int polls = 0;
            bool stop = false;
            List<JoinHandle> flood = [];
            for (int i = 0; i < 1000; i++)
            {
                flood.Add(Kio.Spawn(TaskClass.Background, async () =>
                {
                    while (!stop)
                    {
                        polls++;
                        await Kio.YieldNow();
                    }
                }));
            }

            await Kio.YieldNow();
            int before = polls;
            for (int i = 0; i < 1000; i++)
            {
                await Kio.YieldNow();
            }

            Assert.InRange(polls - before, 99, 101);
            stop = true;
            foreach (JoinHandle task in flood)
            {
                await task;
            }
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Tasks_of_a_background_task_are_normal_unless_they_say_otherwise(RuntimeKind kind) => Runtimes.Run(kind, async () =>
        await Kio.Spawn(TaskClass.Background, async () =>
        {
            // They must be in a dump, so they wait.
            Event gate = new();
            int begun = 0;
            JoinHandle<int> normal = Kio.Spawn(async () => await Wait());
            JoinHandle<int> background = Kio.Spawn(TaskClass.Background, async () => await Wait());
            while (Volatile.Read(ref begun) < 2)
            {
                await Kio.YieldNow(); // One on its way from a queue to its first poll is nowhere to be found.
            }

            RuntimeDump dump = RuntimeHandle.Current.Dump();
            Assert.Equal(TaskClass.Normal, ClassIn(dump, normal.Id));
            Assert.Equal(TaskClass.Background, ClassIn(dump, background.Id));
            Assert.Contains($"task {background.Id}, background", dump.ToString(), StringComparison.Ordinal);
            Assert.Contains("\"class\":\"background\"", dump.ToJson().Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
            gate.Set();
            await normal;
            await background;

            Future<int> Wait()
            {
                Interlocked.Increment(ref begun);
                return gate.WaitAsync();
            }
        }));

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Sets_and_scopes_have_a_class_for_their_tasks(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Event gate = new();
        int begun = 0;
        JoinSet<int> values = new(new JoinSetOptions { Class = TaskClass.Background });
        JoinSet set = new(new JoinSetOptions { Class = TaskClass.Background, Limit = 2 });
        TaskScope scope = TaskScope.Open(new TaskScopeOptions { Class = TaskClass.Background });
        TaskId[] ids =
        [
            values.Spawn(async () => await Wait()).Id,
            set.Spawn(async () => { await Wait(); }).Id,
            (await set.SpawnAsync(async () => { await Wait(); })).Id,
            scope.Spawn(async () => await Wait()).Id,
            scope.Spawn(async () => { await Wait(); }).Id,
        ];
        while (Volatile.Read(ref begun) < ids.Length)
        {
            await Kio.YieldNow(); // One on its way from a queue to its first poll is nowhere to be found.
        }

        RuntimeDump dump = RuntimeHandle.Current.Dump();
        Assert.All(ids, id => Assert.Equal(TaskClass.Background, ClassIn(dump, id)));
        gate.Set();
        Assert.Equal(0, (await values.JoinNextAsync())!.Value.Value);
        await set.JoinAllAsync();
        await scope.DisposeAsync();
        await values.DisposeAsync();
        await set.DisposeAsync();

        Future<int> Wait()
        {
            Interlocked.Increment(ref begun);
            return gate.WaitAsync();
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Background_tasks_are_aborted_while_they_wait_and_before_they_begin(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Event gate = new();
        bool waits = false;
        bool cleaned = false;
        JoinHandle waiting = Kio.Spawn(TaskClass.Background, async () =>
        {
            try
            {
                Future<int> never = gate.WaitAsync();
                Volatile.Write(ref waits, true);
                await never;
            }
            finally
            {
                await Kio.YieldNow();
                cleaned = true;
            }
        });
        await Expect.Until(() => Volatile.Read(ref waits));
        waiting.Abort();
        Assert.True((await waiting.JoinAsync()).IsAborted);
        Assert.True(cleaned);
        JoinHandle queued = Kio.Spawn(TaskClass.Background, async () => await Kio.Sleep(Timeout.InfiniteTimeSpan));
        queued.Abort();
        Assert.True((await queued.JoinAsync()).IsAborted);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_shutdown_ends_those_that_are_queued_and_unwinds_those_that_have_begun(RuntimeKind kind) => Bounded.Run(() =>
    {
        int begun = 0;
        int cleaned = 0;
        List<JoinHandle> tasks = [];
        Runtime runtime = Runtimes.Create(kind);
        runtime.RunTask(async () =>
        {
            for (int i = 0; i < 300; i++)
            {
                int number = i;
                tasks.Add(Kio.Spawn(TaskClass.Background, async () =>
                {
                    Interlocked.Increment(ref begun);
                    try
                    {
                        while (true)
                        {
                            await (number % 2 == 0 ? Kio.YieldNow() : Kio.Sleep(TimeSpan.FromHours(1)));
                        }
                    }
                    finally
                    {
                        await Kio.YieldNow();
                        Interlocked.Increment(ref cleaned);
                    }
                }));
            }

            await Expect.Until(() => Volatile.Read(ref begun) > 10);
        });
        runtime.Dispose();
        Assert.All(tasks, task => Assert.True(task.IsFinished));
        Assert.Equal(begun, cleaned);
        JoinHandle late = runtime.Handle.Spawn(TaskClass.Background, async () => { });
        Assert.True(late.IsFinished);
    });

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void They_go_on_although_workers_are_stuck_in_either_class(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(kind).StuckThreshold(TimeSpan.FromMilliseconds(50)).OnStuckTask(_ => { }).Build();
        using ManualResetEventSlim gate = new();
        runtime.RunTask(async () =>
        {
            List<JoinHandle> stuck = [];
            int blocked = 0;
            foreach (TaskClass taskClass in (TaskClass[])[TaskClass.Background, TaskClass.Normal])
            {
                for (int i = 0; i < 2; i++)
                {
                    stuck.Add(Kio.Spawn(taskClass, async () =>
                    {
                        Interlocked.Increment(ref blocked);
                        gate.Wait();
                        await Kio.YieldNow();
                    }));
                }
            }

            for (int round = 0; round < 20; round++)
            {
                await Kio.Spawn(TaskClass.Background, async () =>
                {
                    await Kio.YieldNow();
                    await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                });
            }

            gate.Set();
            foreach (JoinHandle task in stuck)
            {
                await task;
            }
        });
    });

    [Fact]
    public void A_local_runtime_has_classes() => Bounded.Run(() =>
    {
        using LocalRuntime runtime = Runtime.CreateCurrentThreadBuilder().ForTests().BackgroundInterval(1000)
            .BackgroundMaxWait(Timeout.InfiniteTimeSpan).BuildLocal();
        List<int> log = []; // No lock: one thread.
        runtime.BlockOn(async () =>
        {
            JoinHandle background = Kio.Spawn(TaskClass.Background, async () => log.Add(2));
            JoinHandle normal = Kio.SpawnLocal(async () => log.Add(1));
            await background;
            await normal;
        });
        Assert.Equal([1, 2], log);
    });

    private static TaskClass ClassIn(RuntimeDump dump, TaskId id) => dump.Tasks.Single(task => task.Id == id).Class;
}
