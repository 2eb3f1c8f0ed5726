using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>
/// A current-thread scheduler on a paused clock, which moves when there is nothing to do. Who waits for a moment that
/// nobody notices shows as a deadlock.
/// </summary>
internal static class PausedClockModel
{
    private const long Deadline = 12_345;

    /// <summary>A closure holds time while BlockOn goes to sleep, and ends.</summary>
    internal static void ClosureEnds()
    {
        CurrentThreadScheduler scheduler = Start(out ClockState clock);
        var root = new ModelRoot();
        clock.BeginBlocking();
        StartTimer(scheduler, root);
        Model.Spawn(() =>
        {
            Assert.Equal(0, clock.Now);
            if (clock.EndBlocking())
            {
                scheduler.Driver.Driver.Unpark();
            }
        });
        scheduler.BlockOn(root.NewStrand());
        Assert.Equal(Deadline, clock.Now);
    }

    /// <summary>A closure that holds time wakes somebody, and ends: time does not move before who was woken has run.</summary>
    internal static void ClosureWakesAndEnds()
    {
        CurrentThreadScheduler scheduler = Start(out ClockState clock);
        var root = new ModelRoot();
        clock.BeginBlocking();
        scheduler.Timers.Start(new PlainTimer { Deadline = Deadline, Target = new Nobody() }, Clock.Now);
        Model.Spawn(() =>
        {
            root.Finish();
            if (clock.EndBlocking())
            {
                scheduler.Driver.Driver.Unpark();
            }
        });
        scheduler.BlockOn(root.NewStrand());
        Assert.Equal(0, clock.Now);
    }

    /// <summary>Somebody elsewhere waits for the moment when there is nothing to do.</summary>
    internal static void IdleWaiter()
    {
        CurrentThreadScheduler scheduler = Start(out ClockState clock);
        var root = new ModelRoot();
        Model.Spawn(() =>
        {
            clock.WaitForIdle(new Finisher(root));
            scheduler.Driver.Driver.Unpark();
        });
        scheduler.BlockOn(root.NewStrand());
    }

    /// <summary>Both: the moment comes when the closure has ended.</summary>
    internal static void IdleWaiterAndClosure()
    {
        CurrentThreadScheduler scheduler = Start(out ClockState clock);
        var root = new ModelRoot();
        clock.BeginBlocking();
        clock.WaitForIdle(new Finisher(root));
        Model.Spawn(() =>
        {
            if (clock.EndBlocking())
            {
                scheduler.Driver.Driver.Unpark();
            }
        });
        scheduler.BlockOn(root.NewStrand());
    }

    /// <summary>A timer is started from outside while BlockOn goes to sleep.</summary>
    internal static void TimerFromOutside()
    {
        CurrentThreadScheduler scheduler = Start(out ClockState clock);
        var root = new ModelRoot();
        Model.Spawn(() => StartTimer(scheduler, root));
        scheduler.BlockOn(root.NewStrand());
        Assert.Equal(Deadline, clock.Now);
    }

    private static void StartTimer(CurrentThreadScheduler scheduler, ModelRoot root) =>
        scheduler.Timers.Start(new PlainTimer { Deadline = Deadline, Target = new Finisher(root) }, Clock.Now);

    private static CurrentThreadScheduler Start(out ClockState clock)
    {
        Clock.Now = 0;
        var scheduler = new CurrentThreadScheduler(new RuntimeOptions());
        clock = scheduler.Driver.Timers.Clock;
        Assert.True(clock.TryPause());
        return scheduler;
    }

    private sealed class Finisher(ModelRoot root) : WakeTarget
    {
        internal override void Wake() => root.Finish();
    }

    private sealed class Nobody : WakeTarget
    {
        internal override void Wake()
        {
        }
    }
}
