namespace Kioto;

/// <summary>What it does is done by models themselves, at every point.</summary>
internal sealed class Watchdog
{
    internal static Watchdog? Start(MultiThreadScheduler scheduler) => scheduler.WorkerCount < 0 ? new Watchdog() : null;

    internal void Rouse()
    {
    }

    internal void Stop()
    {
    }
}
