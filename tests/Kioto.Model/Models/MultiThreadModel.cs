using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>
/// The workers themselves: their loop, rings, idle set, parkers and shared driver, with a thread from outside. A task
/// that is queued while all sleep shows as a deadlock.
/// </summary>
internal static class MultiThreadModel
{
    /// <summary>A thread outside spawns a task while the workers go to sleep.</summary>
    internal static void SpawnFromOutside()
    {
        MultiThreadScheduler scheduler = Start();
        Latch done = Done(1);
        Spawn(scheduler, ModelTask.Once(done.Signal));
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>Two from outside, the second while the worker that took the first goes to sleep again.</summary>
    internal static void SpawnTwoFromOutside()
    {
        MultiThreadScheduler scheduler = StartAsleep();
        Latch done = Done(2);
        Spawn(scheduler, ModelTask.Once(done.Signal));
        Spawn(scheduler, ModelTask.Once(done.Signal));
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>A task spawns others: the LIFO slot, a fenced push, pushes without a fence.</summary>
    internal static void SpawnFromInside()
    {
        MultiThreadScheduler scheduler = StartAsleep();
        Latch done = Done(4);
        Spawn(scheduler, ModelTask.Once(() =>
        {
            for (int i = 0; i < 3; i++)
            {
                Spawn(scheduler, ModelTask.Once(done.Signal));
            }

            done.Signal();
        }));
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>A long poll has pushed a task with a fence: another worker takes it before the poll ends.</summary>
    internal static void LongPollAfterFencedPush() => LongPoll(1);

    /// <summary>
    /// A long poll has pushed a second task, without a fence. This is allowed to fail: the push may pass a worker that
    /// goes to sleep, and is announced at the end of the poll only.
    /// </summary>
    internal static void LongPollAfterUnfencedPush() => LongPoll(2);

    /// <summary>A task that waits is woken from outside.</summary>
    internal static void WakeFromOutside()
    {
        MultiThreadScheduler scheduler = StartAsleep();
        Latch done = Done(1);
        var box = new int[1];
        var task = new ModelTask(_ => Volatile.Read(ref box[0]) != 0) { Ended = done.Signal };
        Spawn(scheduler, task);
        Volatile.Write(ref box[0], 1);
        task.Wake();
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>Two threads outside spawn a task each.</summary>
    internal static void TwoProducers()
    {
        MultiThreadScheduler scheduler = StartAsleep();
        Latch done = Done(2);
        Model.Spawn(() => Spawn(scheduler, ModelTask.Once(done.Signal)));
        Spawn(scheduler, ModelTask.Once(done.Signal));
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>A long poll does not keep the second of two tasks from outside waiting.</summary>
    internal static void LongTaskFromOutside()
    {
        MultiThreadScheduler scheduler = StartAsleep();
        var second = new Latch(1);
        Latch done = Done(2);
        Spawn(scheduler, ModelTask.Once(() =>
        {
            second.Wait();
            done.Signal();
        }));
        Spawn(scheduler, ModelTask.Once(() =>
        {
            second.Signal();
            done.Signal();
        }));
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>The same while both workers are busy with another task, so that one goes to sleep without having searched.</summary>
    internal static void LongTaskBehindOthers()
    {
        MultiThreadScheduler scheduler = StartAsleep();
        var second = new Latch(1);
        Latch done = Done(4);
        Spawn(scheduler, ModelTask.Once(done.Signal));
        Spawn(scheduler, ModelTask.Once(done.Signal));
        Spawn(scheduler, ModelTask.Once(() =>
        {
            second.Wait();
            done.Signal();
        }));
        Spawn(scheduler, ModelTask.Once(() =>
        {
            second.Signal();
            done.Signal();
        }));
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>
    /// Tasks that spawn one another have lost the slot; the last leaves one in the ring, of which nobody is told, and
    /// yields. The one is a long poll that waits for the other: another worker takes that.
    /// </summary>
    internal static void ChainLeavesTwo()
    {
        MultiThreadScheduler scheduler = StartAsleep();
        var yielded = new Latch(1);
        Latch done = Done(2);
        var last = new ModelTask(task =>
        {
            if (task.Polls == 2)
            {
                yielded.Signal();
                return true;
            }

            Spawn(scheduler, ModelTask.Once(() =>
            {
                yielded.Wait();
                done.Signal();
            }));
            task.RequestYield();
            return false;
        })
        {
            Ended = done.Signal,
        };
        ModelTask third = ModelTask.Once(() => Spawn(scheduler, last));
        ModelTask second = ModelTask.Once(() => Spawn(scheduler, third));
        Spawn(scheduler, ModelTask.Once(() => Spawn(scheduler, second)));
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>A long poll of such a chain waits for what it has spawned: once in a millisecond another worker is told.</summary>
    internal static void LongPollOfAChain()
    {
        MultiThreadScheduler scheduler = StartAsleep();
        CoarseClock.Now = 1;
        var taken = new Latch(1);
        Latch done = Done(1);
        ModelTask last = ModelTask.Once(() =>
        {
            Spawn(scheduler, ModelTask.Once(taken.Signal));
            taken.Wait();
            done.Signal();
        });
        ModelTask third = ModelTask.Once(() => Spawn(scheduler, last));
        ModelTask second = ModelTask.Once(() => Spawn(scheduler, third));
        Spawn(scheduler, ModelTask.Once(() => Spawn(scheduler, second)));
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>The driver wakes two tasks at once, and the one that runs first is a long poll: another worker takes the other.</summary>
    internal static void DriverWakesTwo()
    {
        MultiThreadScheduler scheduler = StartAsleep();
        Model.Calm(true);
        var other = new Latch(1);
        Latch done = Done(2);
        Spawn(scheduler, TimerTask(scheduler, other.Signal, done));
        Spawn(scheduler, TimerTask(scheduler, other.Wait, done));
        FallAsleep(scheduler);
        Model.Calm(false);
        Clock.Now = 10_000_000;
        scheduler.Driver.Driver.Unpark();
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>Three workers: a task spawns three, another comes from outside, and one of them spawns a last one.</summary>
    internal static void ThreeWorkers()
    {
        MultiThreadScheduler scheduler = Start(workers: 3);
        Latch done = Done(6);
        Spawn(scheduler, ModelTask.Once(() =>
        {
            for (int i = 0; i < 3; i++)
            {
                Spawn(scheduler, ModelTask.Once(done.Signal));
            }

            done.Signal();
        }));
        Spawn(scheduler, ModelTask.Once(() =>
        {
            Spawn(scheduler, ModelTask.Once(done.Signal));
            done.Signal();
        }));
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>A task that waits for ever is aborted by the shutdown, which ends once.</summary>
    internal static void ShutdownAborts()
    {
        MultiThreadScheduler scheduler = StartAsleep();
        Latch done = Done(1);
        var task = new ModelTask(_ => false) { Ended = done.Signal };
        Spawn(scheduler, task);
        scheduler.BeginShutdown();
        done.Wait();
        Model.Calm(true);
        Assert.InRange(task.Cancels, task.Polls > 0 ? 1 : 0, 1);
    }

    /// <summary>A thread in BlockOn waits for a task's end while the shutdown aborts that: it goes on.</summary>
    internal static void ShutdownLetsTheJoinerGo()
    {
        MultiThreadScheduler scheduler = StartAsleep();
        var root = new ModelRoot();
        var task = new ModelTask(_ => false) { Ended = root.Finish };
        Spawn(scheduler, task);
        ModelHandle closer = Model.Spawn(scheduler.BeginShutdown);
        scheduler.BlockOn(root.NewStrand());
        closer.Join();
        Model.Calm(true);
        Assert.Equal(1, task.Completions);
        Assert.InRange(root.Polls, 1, 2);
    }

    /// <summary>A thread in BlockOn waits for one task while another one asks for turn after turn.</summary>
    internal static void BlockOnUnderLoad()
    {
        MultiThreadScheduler scheduler = StartAsleep();
        var root = new ModelRoot();
        Latch done = Done(1);
        Spawn(scheduler, Yielding(done, background: false));
        Spawn(scheduler, ModelTask.Once(root.Finish));
        scheduler.BlockOn(root.NewStrand());
        done.Wait();
        Stop(scheduler);
        Assert.InRange(root.Polls, 1, 2);
    }

    /// <summary>A spawn that races with the shutdown is refused, or its task ends.</summary>
    internal static void SpawnDuringShutdown()
    {
        MultiThreadScheduler scheduler = StartAsleep();
        var ended = new Latch(1);
        ModelHandle closer = Model.Spawn(scheduler.BeginShutdown);
        if (scheduler.TrySpawn(new ModelTask(_ => false) { Ended = ended.Signal }))
        {
            ended.Wait();
        }

        closer.Join();
        Model.Calm(true);
    }

    /// <summary>A task is woken for its last poll while the shutdown aborts it: it ends once, in one of the two ways.</summary>
    internal static void WakeDuringShutdown()
    {
        MultiThreadScheduler scheduler = StartAsleep();
        var ended = new Latch(1);
        var box = new int[1];
        var task = new ModelTask(_ => Volatile.Read(ref box[0]) != 0) { Ended = ended.Signal };
        Spawn(scheduler, task);
        ModelHandle closer = Model.Spawn(scheduler.BeginShutdown);
        Volatile.Write(ref box[0], 1);
        task.Wake();
        ended.Wait();
        closer.Join();
        Model.Calm(true);
        Assert.Equal(1, task.Completions);
    }

    /// <summary>A task that runs spawns another while the shutdown begins: that one is refused, or it ends.</summary>
    internal static void SpawnFromInsideDuringShutdown()
    {
        MultiThreadScheduler scheduler = StartAsleep();
        var outer = new Latch(1);
        var inner = new Latch(1);
        ModelHandle closer = Model.Spawn(scheduler.BeginShutdown);
        var spawning = new ModelTask(_ =>
        {
            if (!scheduler.TrySpawn(new ModelTask(_ => false) { Ended = inner.Signal }))
            {
                inner.Signal();
            }

            return true;
        })
        {
            Ended = outer.Signal,
        };
        if (scheduler.TrySpawn(spawning))
        {
            outer.Wait();
            if (spawning.Polls > 0)
            {
                inner.Wait();
            }
        }

        closer.Join();
        Model.Calm(true);
    }

    /// <summary>Two of the background class from outside: who goes to sleep looks at their queue too.</summary>
    internal static void TwoInTheBackground()
    {
        MultiThreadScheduler scheduler = StartAsleep();
        Latch done = Done(2);
        Spawn(scheduler, InBackground(done.Signal));
        Spawn(scheduler, InBackground(done.Signal));
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>A task spawns a background one, and its poll is long: another worker takes it.</summary>
    internal static void BackgroundFromLongPoll()
    {
        MultiThreadScheduler scheduler = StartAsleep();
        Latch done = Done(2);
        var taken = new Latch(1);
        Spawn(scheduler, ModelTask.Once(() =>
        {
            Spawn(scheduler, InBackground(() =>
            {
                taken.Signal();
                done.Signal();
            }));
            taken.Wait();
            done.Signal();
        }));
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>The driver wakes nothing but a background task, for the only worker.</summary>
    internal static void DriverWakesBackground()
    {
        Model.Calm(true);
        MultiThreadScheduler scheduler = Start(workers: 1);
        Latch done = Done(1);
        Spawn(scheduler, TimerTask(scheduler, () => { }, done, background: true));
        FallAsleep(scheduler);
        Model.Calm(false);
        Clock.Now = 10_000_000;
        scheduler.Driver.Driver.Unpark();
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>The driver wakes one of each class, and the normal one is a long poll: another worker takes the other.</summary>
    internal static void DriverWakesBothClasses()
    {
        MultiThreadScheduler scheduler = StartAsleep();
        Model.Calm(true);
        var other = new Latch(1);
        Latch done = Done(2);
        Spawn(scheduler, TimerTask(scheduler, other.Wait, done));
        Spawn(scheduler, TimerTask(scheduler, other.Signal, done, background: true));
        FallAsleep(scheduler);
        Model.Calm(false);
        Clock.Now = 10_000_000;
        scheduler.Driver.Driver.Unpark();
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>A background task that yields, with normal ones beside it on the only worker: each has its turns.</summary>
    internal static void BackgroundYields()
    {
        MultiThreadScheduler scheduler = Start(workers: 1);
        Latch done = Done(2);
        Spawn(scheduler, Yielding(done, background: true));
        Spawn(scheduler, Yielding(done, background: false));
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>A background task that waits is woken from outside.</summary>
    internal static void WakeBackgroundFromOutside()
    {
        MultiThreadScheduler scheduler = StartAsleep();
        Latch done = Done(1);
        var box = new int[1];
        var task = new ModelTask(_ => Volatile.Read(ref box[0]) != 0) { Ended = done.Signal, IsBackground = true };
        Spawn(scheduler, task);
        Volatile.Write(ref box[0], 1);
        task.Wake();
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>A background task that is spawned while the runtime shuts down is refused, or it ends.</summary>
    internal static void SpawnBackgroundDuringShutdown()
    {
        MultiThreadScheduler scheduler = StartAsleep();
        var ended = new Latch(1);
        ModelHandle closer = Model.Spawn(scheduler.BeginShutdown);
        if (scheduler.TrySpawn(new ModelTask(_ => false) { Ended = ended.Signal, IsBackground = true }))
        {
            ended.Wait();
        }

        closer.Join();
        Model.Calm(true);
    }

    /// <summary>The park hook of a worker spawns a task, which nobody else knows of.</summary>
    internal static void HookMakesWork()
    {
        Clock.Now = 0;
        Latch done = Done(1);
        MultiThreadScheduler? scheduler = null;
        int[] once = new int[1];
        scheduler = new MultiThreadScheduler(new RuntimeOptions
        {
            WorkerThreads = 1,
            OnPark = () =>
            {
                if (Volatile.Read(ref once[0]) == 1)
                {
                    Volatile.Write(ref once[0], 2);
                    Spawn(scheduler!, ModelTask.Once(done.Signal));
                }
            },
        });
        Spawn(scheduler, ModelTask.Once(() => Volatile.Write(ref once[0], 1)));
        done.Wait();
        Stop(scheduler);
    }

    private static ModelTask InBackground(System.Action body)
    {
        ModelTask task = ModelTask.Once(body);
        task.IsBackground = true;
        return task;
    }

    private static ModelTask Yielding(Latch done, bool background) => new(task =>
    {
        if (task.Polls < 3)
        {
            task.RequestYield();
            return false;
        }

        return true;
    })
    {
        Ended = done.Signal,
        IsBackground = background,
    };

    private static void LongPoll(int pushes)
    {
        MultiThreadScheduler scheduler = StartAsleep();
        Latch done = Done(2);
        var stolen = new Latch(pushes);

        // The second worker is awake too, and about to go to sleep.
        Spawn(scheduler, ModelTask.Once(static () => { }));
        Spawn(scheduler, ModelTask.Once(() =>
        {
            for (int i = 0; i < pushes; i++)
            {
                Spawn(scheduler, ModelTask.Once(stolen.Signal));
            }

            // This one goes to the LIFO slot, and those before it to the ring.
            Spawn(scheduler, ModelTask.Once(done.Signal));
            stolen.Wait();
            done.Signal();
        }));
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>From here on only what follows is explored: both workers have gone to sleep.</summary>
    private static MultiThreadScheduler StartAsleep()
    {
        Model.Calm(true);
        MultiThreadScheduler scheduler = Start();
        FallAsleep(scheduler);
        Model.Calm(false);
        return scheduler;
    }

    private static void FallAsleep(MultiThreadScheduler scheduler)
    {
        for (int i = 0; i < scheduler.WorkerCount; i++)
        {
            while (!scheduler.Idle.IsParked(i) || !scheduler.Inject.IsEmpty || !scheduler.Background.IsEmpty)
            {
                Model.Spin();
            }
        }
    }

    /// <summary>A task that waits for a timer.</summary>
    private static ModelTask TimerTask(MultiThreadScheduler scheduler, System.Action body, Latch done, bool background = false)
    {
        var timer = new PlainTimer { Deadline = 1_000_000 };
        var task = new ModelTask(task =>
        {
            if (timer.Holder!.Poll(timer, task) != TimerState.Fired)
            {
                return false;
            }

            body();
            done.Signal();
            return true;
        })
        {
            IsBackground = background,
        };
        scheduler.Timers.Start(timer, Clock.Now);
        return task;
    }

    // What comes after the last task is of no interest any more.
    private static Latch Done(int tasks) => new(tasks) { Last = () => Model.Calm(true) };

    private static void Stop(MultiThreadScheduler scheduler)
    {
        Model.Calm(true);
        scheduler.BeginShutdown();
    }

    private static MultiThreadScheduler Start(int workers = 2)
    {
        Clock.Now = 0;
        CoarseClock.Now = 0;
        return new MultiThreadScheduler(new RuntimeOptions { WorkerThreads = workers });
    }

    private static void Spawn(MultiThreadScheduler scheduler, TaskHeader task) => Assert.True(scheduler.TrySpawn(task));
}
