using System;
using System.Runtime.CompilerServices;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>Timers started while somebody sleeps on the driver: none fires late, none is lost.</summary>
internal static class TimerModel
{
    private const long Tick = 1_000_000;

    /// <summary>The sleeper has nothing to wait for when the timer is started.</summary>
    internal static void StartDuringSleep() => Sleep(1, (service, driver) => Start(service, driver, 2 * Tick));

    /// <summary>The sleeper waits for a later timer.</summary>
    internal static void StartEarlierThanOthers() => Sleep(2, (service, driver) => Start(service, driver, 2 * Tick), 1_000 * Tick);

    /// <summary>Two threads start timers on wheels of their own.</summary>
    internal static void TwoStarters() => Sleep(
        2,
        (service, driver) => Start(service, driver, 3 * Tick),
        (service, driver) =>
        {
            BecomeWorker(service);
            Start(service, driver, 2 * Tick);
        });

    /// <summary>A timer is taken back and a later one started.</summary>
    internal static void CancelAndStart() => Sleep(1, (service, driver) =>
    {
        var cancelled = new Timer(driver, 2 * Tick);
        service.Start(cancelled.Entry, Clock.Now);
        cancelled.Entry.Holder!.Cancel(cancelled.Entry);
        cancelled.IsCancelled = true;
        Start(service, driver, 5 * Tick);
    });

    /// <summary>Who polls a sleep while it fires, with another waker than before, is woken or finds that it has fired.</summary>
    internal static void TargetChanges()
    {
        Clock.Now = 0;
        var driver = new TimeDriver(1);
        var service = new TimerService(1, driver);
        var entry = new PlainTimer { Deadline = Tick, Target = new ParkedThread() };
        service.Start(entry, Clock.Now);
        var wheel = (TimerWheel)entry.Holder!;
        Model.Spawn(() =>
        {
            service.Wait(-1);
        });
        driver.StarterIsDone();
        var thread = new ParkedThread();
        while (wheel.Poll(entry, thread) != TimerState.Fired)
        {
            thread.Sleep();
        }
    }

    /// <summary>A timer is moved while it fires: it fires at its new time, whoever was first.</summary>
    internal static void ResetWhileItFires() => WhileItFires((service, entry, thread) => service.Reset(entry, 6 * Tick));

    /// <summary>A timer is taken back while it fires, and its entry used again for another waiter.</summary>
    internal static void ReuseWhileItFires() => WhileItFires((service, entry, thread) =>
    {
        entry.Holder!.Cancel(entry);
        entry.Deadline = 6 * Tick;
        entry.Target = thread;
        service.Start(entry, Clock.Now);
    });

    /// <summary>An entry that has fired on one wheel is started on another one, while the first may still be at it.</summary>
    internal static void ReuseOnAnotherWheel() => WhileItFires((service, entry, thread) =>
    {
        while (entry.Holder!.Poll(entry, thread) != TimerState.Fired)
        {
            thread.Sleep();
        }

        BecomeWorker(service);
        entry.Deadline = 6 * Tick;
        entry.Target = thread;
        service.Start(entry, Clock.Now);
        Assert.NotSame(service, entry.Holder);
    });

    /// <summary>A timer is taken back while it fires: afterwards nobody touches it.</summary>
    internal static void CancelWhileItFires()
    {
        Clock.Now = 0;
        var service = new TimerService(1, new TimeDriver(0));
        var entry = new PlainTimer { Deadline = Tick, Target = new ParkedThread() };
        service.Start(entry, Clock.Now);
        Clock.Now = 3 * Tick;
        ModelHandle expirer = Model.Spawn(service.Expire);
        entry.Holder!.Cancel(entry);
        var mine = new ParkedThread();
        entry.Deadline = 77;
        entry.Target = mine;
        entry.Word.Start();
        expirer.Join();
        Assert.Same(mine, entry.Target);
        Assert.Equal(77, entry.Deadline);
        Assert.Equal(TimerState.Waiting, entry.Standing);
        Assert.Equal(-1, entry.Slot);
    }

    /// <summary>A timer is started while the timers close: it is refused, or told so.</summary>
    internal static void StartWhileClosing() => WhileClosing((service, entry) =>
    {
        try
        {
            service.Start(entry, Clock.Now);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    });

    /// <summary>A timer is moved while the timers close: who waits is told so all the same.</summary>
    internal static void ResetWhileClosing() => WhileClosing(
        (service, entry) =>
        {
            service.Reset(entry, 6 * Tick);
            return true;
        },
        isStarted: true);

    private static void WhileClosing(Func<TimerService, TimerEntry, bool> change, bool isStarted = false)
    {
        Clock.Now = 0;
        var service = new TimerService(1, new TimeDriver(0));
        var thread = new ParkedThread();
        var entry = new PlainTimer { Deadline = 2 * Tick, Target = thread };
        if (isStarted)
        {
            service.Start(entry, Clock.Now);
        }

        Model.Spawn(service.Close);
        if (change(service, entry))
        {
            while (entry.Holder!.Poll(entry, thread) != TimerState.Gone)
            {
                thread.Sleep();
            }
        }
    }

    // Only its timers are asked for; a whole one would start its workers.
    private static void BecomeWorker(TimerService service)
    {
        var scheduler = (MultiThreadScheduler)RuntimeHelpers.GetUninitializedObject(typeof(MultiThreadScheduler));
        scheduler.OtherTimers = service;
        Ambient.Current.Hold.Set(new Core(scheduler, 0, null!, hasLifo: false, 1));
    }

    private static void WhileItFires(Action<TimerService, TimerEntry, ParkedThread> change)
    {
        Clock.Now = 0;
        var driver = new TimeDriver(1);
        var service = new TimerService(2, driver);
        var entry = new PlainTimer { Deadline = Tick, Target = new ParkedThread() };
        service.Start(entry, Clock.Now);
        Clock.Now = 3 * Tick;
        var done = new int[1];
        Model.Spawn(() =>
        {
            var thread = new ParkedThread();
            change(service, entry, thread);
            driver.StarterIsDone();
            while (entry.Holder!.Poll(entry, thread) != TimerState.Fired)
            {
                thread.Sleep();
            }

            Assert.InRange(Clock.Now, 6 * Tick, 7 * Tick);
            Volatile.Write(ref done[0], 1);
            driver.Unpark();
        });
        while (Volatile.Read(ref done[0]) == 0)
        {
            service.Wait(-1);
        }
    }

    private static void Sleep(int timers, Action<TimerService, TimeDriver> starter, params ReadOnlySpan<long> before) =>
        Sleep(timers, [starter], before);

    private static void Sleep(int timers, Action<TimerService, TimeDriver> first, Action<TimerService, TimeDriver> second) =>
        Sleep(timers, [first, second], []);

    private static void Sleep(int timers, Action<TimerService, TimeDriver>[] starters, ReadOnlySpan<long> before)
    {
        Clock.Now = 0;
        var driver = new TimeDriver(starters.Length);
        var service = new TimerService(2, driver);
        foreach (long deadline in before)
        {
            Start(service, driver, deadline);
        }

        foreach (Action<TimerService, TimeDriver> starter in starters)
        {
            Model.Spawn(() =>
            {
                starter(service, driver);
                driver.StarterIsDone();
            });
        }

        while (driver.Fired < timers)
        {
            service.Wait(-1);
        }
    }

    private static void Start(TimerService service, TimeDriver driver, long deadline) =>
        service.Start(new Timer(driver, deadline).Entry, Clock.Now);

    /// <summary>
    /// Time stands still as long as anybody may start a timer; then each sleep takes all the time that it was given. So
    /// a sleeper who was not told of an earlier timer comes late.
    /// </summary>
    private sealed class TimeDriver(int starters) : Driver
    {
        private const int Unparked = 1;
        private const int Quiet = 2;

        private int _word;
        private int _starters = starters;

        internal int Fired { get; set; }

        internal override string Name => "time";

        internal override void Close()
        {
        }

        internal void StarterIsDone()
        {
            if (Interlocked.Decrement(ref _starters) == 0)
            {
                Interlocked.Or(ref _word, Quiet);
                Futex.WakeOne(ref _word);
            }
        }

        internal override void Wait(long timeoutNanos)
        {
            while (timeoutNanos != 0)
            {
                int word = Interlocked.And(ref _word, ~Unparked);
                if ((word & Unparked) != 0)
                {
                    return;
                }

                if (word == Quiet && timeoutNanos > 0)
                {
                    Clock.Now += timeoutNanos;
                    return;
                }

                Futex.Wait(ref _word, word);
            }
        }

        internal override void Unpark()
        {
            Interlocked.Or(ref _word, Unparked);
            Futex.WakeOne(ref _word);
        }

        public override void Dispose()
        {
        }
    }

    private sealed class Timer : WakeTarget
    {
        private readonly TimeDriver _driver;

        internal Timer(TimeDriver driver, long deadline)
        {
            _driver = driver;
            Entry = new PlainTimer { Deadline = deadline, Target = this };
        }

        internal TimerEntry Entry { get; }

        internal bool IsCancelled { get; set; }

        internal override void Wake()
        {
            Assert.False(IsCancelled);
            Assert.InRange(Clock.Now, Entry.Deadline, Entry.Deadline + Tick);
            _driver.Fired++;
        }
    }
}
