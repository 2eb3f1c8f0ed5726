using System;
using System.Threading;
using Kioto.Sync;

namespace Kioto;

/// <summary>A deadline that can be waited for and moved, also while somebody waits for it.</summary>
/// <remarks>
/// As Tokio's <c>Sleep</c>. It may be awaited again and again: <c>await sleep</c> is ready at once when the deadline has
/// passed. One at a time may wait; any thread may move the deadline. Needs a runtime only while it is awaited. Waiting is
/// cancel safe. <c>Kio.Sleep</c> is cheaper where the deadline stays.
/// </remarks>
public sealed class Sleep
{
    // Taken before the wheel's lock, which it may wait for, against the rule of short locks: that one is held for a few
    // timers at a time, and only who shares this Sleep spins meanwhile. Nobody is woken under it.
    private ShortLock _lock;

    // INVARIANT: the fields are guarded by the lock, but the timer also by its wheel's, see there. While somebody waits
    // _timers is where the timer was started.
    private readonly PlainTimer _timer = new();
    private Instant _deadline;
    private ITimerSource? _timers;

    /// <summary>Makes a deadline that lies ahead.</summary>
    /// <param name="duration">How far from now: zero or more, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative.</exception>
    public Sleep(TimeSpan duration) => _deadline = Durations.FromNow(duration, "Sleep");

    /// <summary>Makes a deadline.</summary>
    /// <param name="deadline">The moment, on the clock of the runtime that is going to wait.</param>
    public Sleep(Instant deadline) => _deadline = deadline;

    /// <summary>The deadline.</summary>
    public Instant Deadline
    {
        get
        {
            using (_lock.EnterScope())
            {
                return _deadline;
            }
        }
    }

    /// <summary>Whether the deadline has passed, on the clock of the runtime that asks.</summary>
    public bool IsElapsed => Instant.Now >= Deadline;

    /// <summary>Moves the deadline, for who waits now and for who waits later.</summary>
    /// <param name="deadline">The new deadline; one that has passed ends the wait.</param>
    public void Reset(Instant deadline)
    {
        using (_lock.EnterScope())
        {
            _deadline = deadline;
            if (_timers is { } timers && !_timer.Holder!.TryMove(_timer, deadline.Nanos))
            {
                timers.Reset(_timer, deadline.Nanos);
            }
        }
    }

    /// <summary>Moves the deadline, for who waits now and for who waits later.</summary>
    /// <param name="duration">How far from now: zero or more, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative.</exception>
    public void Reset(TimeSpan duration) => Reset(Durations.FromNow(duration, "Sleep.Reset"));

    /// <summary>Waits until the deadline, wherever it is moved meanwhile. Cancel safe.</summary>
    /// <returns>
    /// The future to await, inside a runtime. It throws <see cref="InvalidOperationException"/> when somebody else waits
    /// already, and when the runtime is shut down.
    /// </returns>
    [CancelSafe]
    public Future WaitAsync() => SleepWaitLeaf.Await(this);

    /// <summary>Used by <c>await</c>; as <see cref="WaitAsync"/>.</summary>
    /// <returns>The awaiter.</returns>
    public FutureAwaiter GetAwaiter() => WaitAsync().GetAwaiter();

    /// <summary>How long it still is, in words, for a dump; null while nobody waits.</summary>
    internal string? Left => _timers is { } timers ? Durations.Left(_timer.Deadline, timers.Now) : null;

    /// <summary>Begins to wait.</summary>
    /// <param name="target">Whom to wake.</param>
    /// <returns>False when the deadline has passed: then nobody waits.</returns>
    internal bool TryBegin(WakeTarget target)
    {
        ITimerSource timers = (Ambient.Current.Scheduler ?? throw Throw.NoRuntime("Sleep.WaitAsync")).Timers;
        using (_lock.EnterScope())
        {
            if (_timers is not null)
            {
                throw new InvalidOperationException(
                    "Somebody waits for this Sleep already. Give every waiter a Sleep of its own, or use Kio.SleepUntil.");
            }

            long now = timers.Now;
            if (_deadline.Nanos <= now)
            {
                return false;
            }

            _timer.Deadline = _deadline.Nanos;
            _timer.Target = target;
            timers.Start(_timer, now);
            _timers = timers;
            return true;
        }
    }

    /// <summary>How the wait stands; it has ended unless it says Waiting.</summary>
    /// <param name="target">Whom to wake.</param>
    /// <returns>The timer's state.</returns>
    internal TimerState Poll(WakeTarget target)
    {
        using (_lock.EnterScope())
        {
            TimerState state = _timer.Holder!.Poll(_timer, target);
            if (state != TimerState.Waiting)
            {
                _timers = null;
                _timer.Target = null;
            }

            return state;
        }
    }

    /// <summary>Waits no longer.</summary>
    internal void End()
    {
        using (_lock.EnterScope())
        {
            if (_timers is not null)
            {
                _timer.Holder!.Cancel(_timer);
                _timers = null;
            }
        }
    }
}
