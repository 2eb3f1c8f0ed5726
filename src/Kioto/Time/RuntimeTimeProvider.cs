using System;
using System.Threading;

namespace Kioto;

/// <summary>A runtime's clock and timers as .NET's abstraction of them.</summary>
internal sealed class RuntimeTimeProvider : TimeProvider
{
    private readonly RuntimeScheduler _scheduler;

    // What time of day it was at the runtime's time zero; read once the clock has gone its own way.
    private readonly DateTimeOffset _origin;

    internal RuntimeTimeProvider(RuntimeScheduler scheduler)
    {
        _scheduler = scheduler;
        _origin = System.GetUtcNow() - TimeSpan.FromTicks(Clock.Now / TimeSpan.NanosecondsPerTick);
    }

    public override long TimestampFrequency => 1_000_000_000;

    internal RuntimeScheduler Scheduler => _scheduler;

    public override long GetTimestamp() => _scheduler.Driver.Timers.Now;

    /// <summary>The time of day; from the first pause of the runtime's clock on, what that clock makes of it.</summary>
    /// <returns>The time of day.</returns>
    public override DateTimeOffset GetUtcNow()
    {
        ClockState clock = _scheduler.Driver.Timers.Clock;
        return clock.WasPaused ? _origin + TimeSpan.FromTicks(clock.Now / TimeSpan.NanosecondsPerTick) : System.GetUtcNow();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        ProviderTimer timer = new(_scheduler.PartFor(Ambient.Current), callback, state);
        timer.Change(dueTime, period);
        return timer;
    }
}
