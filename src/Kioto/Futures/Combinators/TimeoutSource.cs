using System;
using System.Runtime.ExceptionServices;

namespace Kioto;

/// <summary>Runs a future until it ends or its time is over.</summary>
/// <remarks>
/// A future that is ready at its first poll costs no timer and no look at the clock; another one a timer, which is mostly
/// one that lies in a wheel already (see <see cref="LimitTimer"/>).
/// </remarks>
/// <typeparam name="T">The type of the result.</typeparam>
internal sealed class TimeoutSource<T> : LimitSource<T>
{
    // A duration until the timer is started, or an instant.
    private long _nanos;
    private bool _isInstant;

    // Started while the future is pending.
    private LimitTimer? _timer;

    public TimeoutSource()
        : base([new Arm<T>()])
    {
    }

    /// <summary>Limits a future by a time that counts from its first poll.</summary>
    /// <param name="future">The future.</param>
    /// <param name="nanos">How long, in nanoseconds.</param>
    /// <returns>The future to await, once.</returns>
    internal static Future<T> After(Future<T> future, long nanos) => Of(future, nanos, isInstant: false);

    /// <summary>Limits a future by a moment.</summary>
    /// <param name="future">The future.</param>
    /// <param name="deadline">The moment.</param>
    /// <returns>The future to await, once.</returns>
    internal static Future<T> At(Future<T> future, Instant deadline) => Of(future, deadline.Nanos, isInstant: true);

    internal override string Name => "Timeout";

    private protected override string LabelOf(int index) => "limited";

    internal override void Describe(LeafDescription into)
    {
        base.Describe(into);
        into.EndsInTime = true;
        into.Detail = _timer is { Holder: { } holder } timer ? Durations.Left(timer.Deadline, holder.Now) : null;
    }

    private protected override bool Turn(Ambient ambient, bool isFirst)
    {
        if (!isFirst)
        {
            ContextFlow.Enter(Context, ambient);
        }

        Arm arm = Arms[0];
        if (arm.Poll(ambient))
        {
            Ended(0, arm, ambient);
        }
        else if (!Stopping && HasLimitCome(ambient))
        {
            Stop(ambient);
        }

        return TryFinish(ambient);
    }

    private protected override bool OnEnded(int index, Arm arm, Ambient ambient) => false;

    private protected override Exception Excess(Exception? inCleanup) =>
        new TimeoutException("The future has not completed in time.", inCleanup);

    private protected override void ResetArms(Ambient ambient)
    {
        if (_timer is { } timer)
        {
            _timer = null;
            timer.End(ambient);
        }

        base.ResetArms(ambient);
    }

    private protected override void Return(Ambient ambient) => SourcePool<TimeoutSource<T>>.Return(ambient, this);

    private static Future<T> Of(Future<T> future, long nanos, bool isInstant)
    {
        TimeoutSource<T> source = SourcePool<TimeoutSource<T>>.Rent(Ambient.Current);
        source.Inner.Set(future);
        source._nanos = nanos;
        source._isInstant = isInstant;
        return source.Future;
    }

    // Whether the future is to be stopped, because its time is over or can't be measured any more.
    private bool HasLimitCome(Ambient ambient)
    {
        try
        {
            WakeTarget target = ambient.Strand!.Target;
            TimerState state = _timer is { } timer ? timer.Holder!.Poll(timer, target) : Begin(ambient, target);
            Reached = state == TimerState.Fired;
            LimitFailure = state == TimerState.Gone ? ExceptionDispatchInfo.Capture(SleepLeaf.Gone()) : null;
            return state != TimerState.Waiting;
        }
        catch (InvalidOperationException exception)
        {
            LimitFailure = ExceptionDispatchInfo.Capture(exception);
            return true;
        }
    }

    private TimerState Begin(Ambient ambient, WakeTarget target)
    {
        ITimerSource timers = (ambient.Scheduler ?? throw Throw.NoRuntime("Timeout")).Timers;
        long nanos = _nanos;
        if (!_isInstant && nanos <= 0)
        {
            return TimerState.Fired;
        }

        long now = timers.Now;
        long deadline = _isInstant ? nanos : Instant.Add(now, nanos);
        if (deadline <= now)
        {
            return TimerState.Fired;
        }

        _timer = LimitTimer.Start(ambient, timers, deadline, now, target);
        return TimerState.Waiting;
    }
}
