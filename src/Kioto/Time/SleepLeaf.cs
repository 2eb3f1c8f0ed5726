using System;

namespace Kioto;

/// <summary>Waits for a time.</summary>
internal sealed class SleepLeaf : LeafSource<Unit>
{
    private readonly TimerEntry _timer = new();
    private long _nanos;
    private TimerWheel? _wheel;

    internal static Future Until(long nanos)
    {
        SleepLeaf leaf = SourcePool<SleepLeaf>.Rent(Ambient.Current);
        leaf._nanos = nanos;
        return new Future(leaf, leaf.Version);
    }

    private protected override bool Poll(ref PollContext context)
    {
        if (_wheel is null)
        {
            Scheduler scheduler = Ambient.Current.Scheduler ?? throw Throw.NoRuntime("Kio.Sleep");
            if (_nanos <= 0)
            {
                return Complete(default);
            }

            long now = scheduler.Timers.Now;
            _timer.Deadline = _nanos > long.MaxValue - now ? long.MaxValue : now + _nanos;
            _timer.Target = context.Waker.Target;
            scheduler.Timers.Start(_timer);
            _wheel = (TimerWheel)_timer.Wheel!;
            return false;
        }

        return _wheel.Poll(_timer, context.Waker.Target!) switch
        {
            TimerState.Waiting => false,
            TimerState.Fired => Complete(default),
            _ => Fail(new InvalidOperationException("The runtime that this sleep waited on has been shut down.")),
        };
    }

    private protected override bool Withdraw()
    {
        _wheel?.Cancel(_timer);
        return true;
    }

    private protected override void Recycle(Ambient ambient)
    {
        // Waiting for the lock makes sure that a wheel which is firing this timer has let go of it.
        _wheel?.Cancel(_timer);
        _wheel = null;
        ClearOutcome();
        SourcePool<SleepLeaf>.Return(ambient, this);
    }
}
