using System;
using System.Collections.Generic;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>
/// The workers with a watchdog that takes cores from their threads at any point: every task ends once, whatever its
/// poll was doing. A task that is left behind on a core shows as a deadlock.
/// </summary>
internal static class RevocationModel
{
    /// <summary>A poll spawns a task, which goes to the LIFO slot, and waits for it; the core is taken away before or during that.</summary>
    internal static void LifoIsSaved() => WaitForLifo(StartAsleep(1));

    /// <summary>The same while the poll goes on spawning: LIFO slot, ring and what overflows.</summary>
    internal static void RevokeDuringSpawns()
    {
        MultiThreadScheduler scheduler = StartAsleep(1);
        Latch done = Done(4);
        Spawn(scheduler, ModelTask.Once(() =>
        {
            for (int i = 0; i < 3; i++)
            {
                Spawn(scheduler, ModelTask.Once(done.Signal));
            }

            done.Signal();
        }));
        TryTake(scheduler, 0);
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>A poll ends, with a yield, while its core is taken away: the task is polled again, by somebody.</summary>
    internal static void RevokeWhileThePollEnds() => PollEnds(background: false);

    /// <summary>The same with a background task, whose queue is no core's.</summary>
    internal static void RevokeWhileABackgroundPollEnds() => PollEnds(background: true);

    private static void WaitForLifo(MultiThreadScheduler scheduler)
    {
        Latch done = Done(2);
        var gate = new Latch(1);
        Spawn(scheduler, ModelTask.Once(() =>
        {
            Spawn(scheduler, ModelTask.Once(() =>
            {
                gate.Signal();
                done.Signal();
            }));
            gate.Wait();
            done.Signal();
        }));
        Watch(scheduler, done);
        Stop(scheduler);
    }

    private static void PollEnds(bool background)
    {
        MultiThreadScheduler scheduler = StartAsleep(1);
        Latch done = Done(1);
        var task = new ModelTask(task =>
        {
            if (task.Polls == 1)
            {
                task.RequestYield();
                return false;
            }

            return true;
        })
        { Ended = done.Signal, IsBackground = background };
        Spawn(scheduler, task);
        TryTake(scheduler, 0);
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>A task that its poll waits for is woken from outside while the core is taken away.</summary>
    internal static void WakeDuringRevocation()
    {
        MultiThreadScheduler scheduler = StartAsleep(1);
        Latch done = Done(2);
        var gate = new Latch(1);
        var box = new int[1];
        var waiter = new ModelTask(_ => Volatile.Read(ref box[0]) != 0)
        {
            Ended = () =>
            {
                gate.Signal();
                done.Signal();
            },
        };
        Spawn(scheduler, waiter);
        Spawn(scheduler, ModelTask.Once(() =>
        {
            Volatile.Write(ref box[0], 1);
            waiter.Wake();
            gate.Wait();
            done.Signal();
        }));
        Watch(scheduler, done);
        Stop(scheduler);
    }

    /// <summary>Two workers, one of which is taken from its thread while both run.</summary>
    internal static void OneOfTwo()
    {
        MultiThreadScheduler scheduler = StartAsleep(2);
        Latch done = Done(4);
        var gate = new Latch(1);
        Spawn(scheduler, ModelTask.Once(() =>
        {
            Spawn(scheduler, ModelTask.Once(done.Signal));
            Spawn(scheduler, ModelTask.Once(() =>
            {
                gate.Signal();
                done.Signal();
            }));
            gate.Wait();
            done.Signal();
        }));
        Spawn(scheduler, ModelTask.Once(done.Signal));
        Watch(scheduler, done);
        Stop(scheduler);
    }

    /// <summary>A poll gives its core away, blocks, and takes it back or not; meanwhile somebody would take it too.</summary>
    internal static void GiveAwayAndTakeBack()
    {
        MultiThreadScheduler scheduler = StartAsleep(1);
        Latch done = Done(2);
        Spawn(scheduler, ModelTask.Once(() =>
        {
            Ambient ambient = Ambient.Current;
            Spawn(scheduler, ModelTask.Once(done.Signal));
            if (scheduler.Crew.GiveAway(ambient) is { } core)
            {
                Model.Point();
                bool back = scheduler.Crew.TryTakeBack(core, ambient);
                Assert.True(!back || core.Seat is null);
            }

            done.Signal();
        }));
        TryTake(scheduler, 0);
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>
    /// A core that is given away and taken back has the task of its slot in the ring; what is woken next is a long poll,
    /// which waits for that task: another worker takes it.
    /// </summary>
    internal static void TakenBackAndBusy()
    {
        MultiThreadScheduler scheduler = StartAsleep(2);
        var first = new Latch(1);
        Latch done = Done(1);
        Spawn(scheduler, ModelTask.Once(() =>
        {
            Ambient ambient = Ambient.Current;
            Spawn(scheduler, ModelTask.Once(first.Signal));
            if (scheduler.Crew.GiveAway(ambient) is { } core)
            {
                scheduler.Crew.TryTakeBack(core, ambient);
            }

            Spawn(scheduler, ModelTask.Once(() =>
            {
                first.Wait();
                done.Signal();
            }));
        }));
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>Two workers block at the same time: each has a thread to give its core to.</summary>
    internal static void TwoGiveAway()
    {
        MultiThreadScheduler scheduler = StartAsleep(2);
        Model.Calm(true);
        var inside = new Latch(2) { Last = () => Model.Calm(false) };
        Latch done = Done(2);
        for (int i = 0; i < 2; i++)
        {
            Spawn(scheduler, ModelTask.Once(() =>
            {
                inside.Signal();
                inside.Wait();
                Assert.Null(scheduler.Crew.GiveAway(Ambient.Current)!.LeftBy);
                done.Signal();
            }));
        }

        done.Wait();
        Stop(scheduler);
    }

    /// <summary>
    /// A poll waits for a task that is in its worker's slot, and no other thread may be started: the other worker runs it.
    /// </summary>
    internal static void StuckWithoutReserve() => WaitForLifo(StartAsleep(2, reserve: 0));

    /// <summary>
    /// A poll gives its core away where nobody is left to take it, and waits for a task that was there; the first thread
    /// whose poll ends takes the core.
    /// </summary>
    internal static void VacantIsTaken()
    {
        MultiThreadScheduler scheduler = StartAsleep(1, reserve: 1);
        Model.Calm(true);
        var inside = new Latch(1);
        var gate = new Latch(1);
        Latch done = Done(2);
        Spawn(scheduler, ModelTask.Once(() =>
        {
            scheduler.Crew.GiveAway(Ambient.Current);
            inside.Wait();
            done.Signal();
        }));
        Spawn(scheduler, ModelTask.Once(() =>
        {
            Spawn(scheduler, ModelTask.Once(gate.Signal));
            Model.Calm(false);
            Ambient ambient = Ambient.Current;
            Core core = scheduler.Crew.GiveAway(ambient)!;
            Assert.Same(ambient, core.LeftBy);
            inside.Signal();
            gate.Wait();
            Assert.False(scheduler.Crew.TryTakeBack(core, ambient));
            done.Signal();
        }));
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>A core that becomes vacant is taken back, or not, while somebody would take it away, and while the runtime ends.</summary>
    internal static void LeaveAndTakeBack()
    {
        MultiThreadScheduler scheduler = StartAsleep(1, reserve: 0);
        Latch done = Done(2);
        Spawn(scheduler, ModelTask.Once(() =>
        {
            Ambient ambient = Ambient.Current;
            Spawn(scheduler, ModelTask.Once(done.Signal));
            if (scheduler.Crew.GiveAway(ambient) is { } core)
            {
                Model.Point();
                Assert.True(scheduler.Crew.TryTakeBack(core, ambient));
            }

            done.Signal();
        }));
        TryTake(scheduler, 0);
        done.Wait();
        Stop(scheduler);
    }

    /// <summary>The runtime ends while a thread is stuck in a poll without a core: its task ends once, dropped or not.</summary>
    internal static void ShutdownWithStrayPoll()
    {
        MultiThreadScheduler scheduler = StartAsleep(1);
        var gate = new Latch(1);
        var ended = new Latch(1);
        var task = new ModelTask(task =>
        {
            gate.Wait();
            return false;
        })
        { Ended = ended.Signal, Stubborn = true };
        Spawn(scheduler, task);
        while (!TryTake(scheduler, 0))
        {
            Model.Spin();
        }

        scheduler.BeginShutdown();
        Clock.Now = long.MaxValue / 2; // The grace is over.
        gate.Signal();
        ended.Wait();
        Model.Calm(true);
        Assert.InRange(task.Cancels, 0, 1);
    }

    /// <summary>The runtime ends, with a grace that is not over, while a poll goes on without a core: its task is unwound.</summary>
    internal static void ShutdownAwaitsStrayPoll()
    {
        MultiThreadScheduler scheduler = StartAsleep(1);
        var gate = new Latch(1);
        var ended = new Latch(1);
        var task = new ModelTask(task =>
        {
            gate.Wait();
            return false;
        })
        { Ended = ended.Signal };
        Spawn(scheduler, task);
        while (!TryTake(scheduler, 0))
        {
            Model.Spin();
        }

        scheduler.BeginShutdown();
        gate.Signal();
        ended.Wait();
        Model.Calm(true);
        Assert.Equal(1, task.Cancels);
    }

    /// <summary>
    /// The worker that the driver woke is stuck in the task that it woke for, and the other one sleeps elsewhere: one look
    /// of the watchdog, and the next timer fires.
    /// </summary>
    internal static void DriverIsHandedOver() => StuckAfterEvent(eager: false, 50_000_000);

    /// <summary>The same without a watchdog: the worker wakes the other one before it polls.</summary>
    internal static void DriverIsHandedOverEagerly() => StuckAfterEvent(eager: true, 50_000_000);

    /// <summary>Without either, where the next timer is due soon.</summary>
    internal static void DriverIsHandedOverForATimer() => StuckAfterEvent(eager: false, 5_000_000);

    private static void StuckAfterEvent(bool eager, long nextTimer)
    {
        MultiThreadScheduler scheduler = StartAsleep(2, eager);
        Model.Calm(true);
        Latch done = Done(2);
        var inside = new Latch(1);
        var gate = new Latch(1);
        Spawn(scheduler, TimerTask(scheduler, 1_000_000, () =>
        {
            inside.Signal();
            gate.Wait();
            done.Signal();
        }));
        Spawn(scheduler, TimerTask(scheduler, nextTimer, () =>
        {
            gate.Signal();
            done.Signal();
        }));
        FallAsleep(scheduler, 2);
        Model.Calm(false);
        Clock.Now = 2_000_000;
        scheduler.Driver.Driver.Unpark();
        inside.Wait();
        Clock.Now = nextTimer + 5_000_000;
        if (eager || nextTimer < 10_000_000)
        {
            scheduler.Driver.Driver.Unpark(); // The time has passed for whoever waits.
        }
        else
        {
            Assert.True(scheduler.HandOverDriver());
        }

        done.Wait();
        Stop(scheduler);
    }

    private static ModelTask TimerTask(MultiThreadScheduler scheduler, long deadline, System.Action body)
    {
        var timer = new PlainTimer { Deadline = deadline };
        var task = new ModelTask(task =>
        {
            if (timer.Holder!.Poll(timer, task) != TimerState.Fired)
            {
                return false;
            }

            body();
            return true;
        });
        scheduler.Timers.Start(timer, Clock.Now);
        return task;
    }

    // As the watchdog: a worker that is found in the same poll twice loses its core, as often as that happens.
    private static void Watch(MultiThreadScheduler scheduler, Latch done)
    {
        var seen = new long[scheduler.WorkerCount];
        while (done.Left > 0)
        {
            for (int i = 0; i < seen.Length; i++)
            {
                Core core = scheduler.Cores[i];
                long polls = Volatile.Read(ref core.Counters.Polls);
                if (polls == seen[i])
                {
                    scheduler.Crew.TryTakeFromStuck(core, polls);
                }

                seen[i] = polls;
            }

            Model.Spin();
        }
    }

    /// <summary>
    /// The runtime ends while a poll leaves its core where nobody is left to take it, and then yields: a thread that has
    /// ended its own core may have to go on with that one, and polls nothing once it has said that it stops.
    /// </summary>
    internal static void StopIsLast()
    {
        HashSet<Ambient> stopped = [];
        MultiThreadScheduler scheduler = StartAsleep(2, reserve: 0, onStop: () => Assert.True(stopped.Add(Ambient.Current)));
        var inside = new Latch(1);
        Latch done = Done(1);
        Spawn(scheduler, new ModelTask(task =>
        {
            Ambient ambient = Ambient.Current;
            Assert.DoesNotContain(ambient, stopped);
            if (task.Polls > 1)
            {
                return true;
            }

            inside.Signal();
            while (!scheduler.IsClosed)
            {
                Model.Spin();
            }

            Model.Calm(false);
            scheduler.Crew.GiveAway(ambient);
            task.RequestYield();
            return false;
        })
        { Ended = done.Signal });
        inside.Wait();
        scheduler.BeginShutdown();
        done.Wait();
        while (!scheduler.Ended)
        {
            Model.Spin();
        }

        Assert.NotEmpty(stopped);
    }

    private static bool TryTake(MultiThreadScheduler scheduler, int worker)
    {
        Core core = scheduler.Cores[worker];
        return scheduler.Crew.TryTakeFromStuck(core, Volatile.Read(ref core.Counters.Polls));
    }

    private static MultiThreadScheduler StartAsleep(int workers, bool eager = false, int reserve = 2, Action? onStop = null)
    {
        Model.Calm(true);
        Clock.Now = 0;
        var scheduler = new MultiThreadScheduler(
            new RuntimeOptions { WorkerThreads = workers, EagerDriverHandoff = eager, MostReserveThreads = reserve, OnStop = onStop });
        FallAsleep(scheduler, workers);
        Model.Calm(false);
        return scheduler;
    }

    private static void FallAsleep(MultiThreadScheduler scheduler, int workers)
    {
        for (int i = 0; i < workers; i++)
        {
            while (!scheduler.Idle.IsParked(i) || !scheduler.Inject.IsEmpty)
            {
                Model.Spin();
            }
        }
    }

    private static Latch Done(int tasks) => new(tasks) { Last = () => Model.Calm(true) };

    private static void Stop(MultiThreadScheduler scheduler)
    {
        Model.Calm(true);
        scheduler.BeginShutdown();
    }

    private static void Spawn(MultiThreadScheduler scheduler, TaskHeader task) => Assert.True(scheduler.TrySpawn(task));
}
