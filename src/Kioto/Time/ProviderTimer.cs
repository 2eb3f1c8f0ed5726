using System;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>A timer of a runtime's <see cref="TimeProvider"/>. Its callback runs on the runtime, as a task of its own.</summary>
internal sealed class ProviderTimer : WakeTarget, ITimer
{
    private readonly RuntimeScheduler _scheduler;
    private readonly TimerCallback _callback;
    private readonly object? _state;
    private readonly ExecutionContext? _context = ContextFlow.Save();

    // Taken before the wheel's lock. The callback is never called under it.
    private readonly Lock _lock = new();

    // INVARIANT: the fields are guarded by the lock; the timer is also its wheel's.
    private readonly PlainTimer _timer = new();
    private long _due;
    private long _period;
    private bool _disposed;
    private int _running;
    private TaskCompletionSource? _ended;

    internal ProviderTimer(RuntimeScheduler scheduler, TimerCallback callback, object? state)
    {
        _scheduler = scheduler;
        _callback = callback;
        _state = state;
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        long due = Durations.ToNanos(dueTime, "A timer's dueTime");
        long every = Durations.ToNanos(period, "A timer's period");
        using (_lock.EnterScope())
        {
            if (_disposed)
            {
                return false;
            }

            // As with .NET's own timers a period of zero is none.
            _period = every == 0 ? long.MaxValue : every;
            long now = _scheduler.Timers.Now;
            _due = Instant.Add(now, due);
            Arm(now);
            return true;
        }
    }

    /// <summary>The time has come. Called by whoever expires the wheel.</summary>
    internal override void Wake()
    {
        using (_lock.EnterScope())
        {
            // A change or the end may have come between the wheel's decision and this.
            long now = _scheduler.Timers.Now;
            if (_disposed || _due == long.MaxValue || _due > now)
            {
                return;
            }

            _due = NextDue(now);
            try
            {
                Arm(now);
            }
            catch (InvalidOperationException)
            {
                // The runtime has ended meanwhile. While it is closing its timers go on: cleanup may wait for them.
            }
        }

        _scheduler.Context.Post(static timer => ((ProviderTimer)timer!).Call(), this);
    }

    public void Dispose()
    {
        using (_lock.EnterScope())
        {
            _disposed = true;
            _timer.Holder?.Cancel(_timer);
        }
    }

    // As with .NET's timers: it ends when no callback runs any more, so that what the callback uses can be let go of after it.
    public ValueTask DisposeAsync()
    {
        using (_lock.EnterScope())
        {
            Dispose();
            if (_running == 0)
            {
                return default;
            }

            _ended ??= new TaskCompletionSource();
            return new ValueTask(_ended.Task);
        }
    }

    // Periods that passed unseen, in a leap of the clock or while nobody looked at it, are one call, as with .NET's timers.
    // Those after it keep to the beat. AdvanceAsync leaves none out: it stops at each.
    private long NextDue(long now)
    {
        long next = Instant.Add(_due, _period);
        return next > now ? next : now + _period - ((now - _due) % _period);
    }

    // A timer that is stopped is in no wheel: who let go of it lets it be collected.
    private void Arm(long now)
    {
        _timer.Holder?.Cancel(_timer);
        if (_due == long.MaxValue)
        {
            return;
        }

        _timer.Deadline = _due;
        _timer.Target = this;
        _scheduler.Timers.Start(_timer, now);
    }

    // Without a synchronization context, so that awaits with ConfigureAwait(false) go on inside this call.
    private void Call()
    {
        using (_lock.EnterScope())
        {
            // A call that was still queued when the timer was disposed must not follow it.
            if (_disposed)
            {
                return;
            }

            _running++;
        }

        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        ContextFlow.Enter(_context);
        try
        {
            _callback(_state);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
            TaskCompletionSource? ended;
            using (_lock.EnterScope())
            {
                ended = --_running == 0 ? _ended : null;
            }

            ended?.SetResult();
        }
    }
}
