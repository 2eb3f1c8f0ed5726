namespace Kioto;

/// <summary>The deadline of a scope: one timer of the runtime that opened it.</summary>
internal sealed class ScopeTimer : WakeTarget
{
    private readonly PlainTimer _timer = new();
    private readonly ScopeGroup _group;

    private ScopeTimer(ScopeGroup group) => _group = group;

    internal static ScopeTimer Start(ScopeGroup group, Instant deadline)
    {
        ITimerSource timers = CurrentRuntime.Require("TaskScope.Open with a deadline").Timers;
        ScopeTimer timer = new(group);
        timer._timer.Deadline = deadline.Nanos;
        timer._timer.Target = timer;
        timers.Start(timer._timer, timers.Now);
        return timer;
    }

    /// <summary>The wheel has let go of the timer: at the deadline, or because its runtime has ended, which is none.</summary>
    /// <remarks>The children of a scope whose runtime has ended are aborted by that, with their own reason.</remarks>
    internal override void Wake()
    {
        if (_timer.Standing != TimerState.Gone)
        {
            _group.Cancel(ScopeEnd.Deadline);
        }
    }

    /// <summary>Takes the timer back. A wake that is under way finds the scope closed.</summary>
    internal void Stop() => _timer.Holder!.Cancel(_timer);
}
