using System.Threading;

namespace Kioto;

/// <summary>The driver of a runtime, which one thread at a time may hold.</summary>
internal sealed class SharedDriver
{
    // INVARIANT: 1 while held; taken by compare-exchange, released by its holder.
    private int _held;

    internal SharedDriver(Driver driver, int wheels)
    {
        Driver = driver;
        Timers = new TimerService(wheels, driver);
    }

    internal Driver Driver { get; }

    internal TimerService Timers { get; }

    internal bool TryAcquire() =>
        Volatile.Read(ref _held) == 0 && Interlocked.CompareExchange(ref _held, 1, 0) == 0; // ORDERING: acquire.

    internal void Release() => Volatile.Write(ref _held, 0); // ORDERING: release of the driver's state.
}
