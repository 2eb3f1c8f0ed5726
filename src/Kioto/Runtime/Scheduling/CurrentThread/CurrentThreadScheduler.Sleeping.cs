using System.Threading;

namespace Kioto;

/// <content>Sleeping on the driver, and being woken there.</content>
internal sealed partial class CurrentThreadScheduler
{
    /// <summary>Wakes the core's holder if it sleeps on the driver.</summary>
    internal void UnparkDriver()
    {
        // ORDERING: StoreLoad between what was pushed and this read; pairs with Sleep's exchange.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping) != 0)
        {
            Driver.Driver.Unpark();
        }
    }

    private void Sleep(BlockOnStrand? strand)
    {
        _parkHooks?.Parking(_index); // What it makes is seen below, like any other work.
        strand?.List(this);
        Interlocked.Exchange(ref _sleeping, 1); // ORDERING: full fence before the last look; pairs with UnparkDriver.
        if (!HasWork(strand))
        {
            WaitForEvents(strand, _closed ? ShutdownPollNanos : -1);
        }
        else
        {
            Driver.Timers.Wait(0);
        }

        Volatile.Write(ref _sleeping, 0); // ORDERING: an unpark too many is kept by the driver and harmless.
        _parkHooks?.Unparked(_index);
    }

    // INVARIANT: on a paused clock, see ClockState: all that could be done has been, and whoever adds to it unparks.
    private void WaitForEvents(BlockOnStrand? strand, long timeoutNanos)
    {
        TimerService timers = Driver.Timers;
        if (!timers.Clock.IsPaused)
        {
            _counters.Park(IsTimed);
            timers.Wait(timeoutNanos);
            _counters.Unpark(IsTimed);
            return;
        }

        timers.Wait(0);
        bool isHeld = timers.Clock.IsHeld; // Before the look for work: what a closure leaves behind is there when it ends.
        if (HasWork(strand) || (!isHeld && timers.Clock.WakeIdleWaiter()))
        {
            return;
        }

        _counters.Park(IsTimed);
        timers.AdvanceOrWait(!isHeld, timeoutNanos);
        _counters.Unpark(IsTimed);
    }

    private bool HasWork(BlockOnStrand? strand) =>
        !_queue.IsEmpty || !_inject.IsEmpty || !_background.IsEmpty || strand is { IsWoken: true };
}
