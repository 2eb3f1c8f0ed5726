using System.Threading;

namespace Kioto;

/// <summary>The driver of a runtime, which one thread at a time may hold.</summary>
internal sealed class SharedDriver
{
    // INVARIANT: 1 while held; taken by compare-exchange, released by its holder.
    private int _held;

    // INVARIANT: written by its holder.
    private uint _turns;

    internal SharedDriver(Driver driver, int wheels)
    {
        Driver = driver;
        Timers = new TimerService(wheels, driver);
    }

    internal Driver Driver { get; }

    internal TimerService Timers { get; }

    internal bool IsHeld => Volatile.Read(ref _held) != 0; // ORDERING: whoever relies on it fences first.

    /// <summary>How often it has been taken: while that stays the same and nobody holds it, nobody has looked at it.</summary>
    internal uint Turns => Volatile.Read(ref _turns); // ORDERING: read again in a moment.

    internal bool TryAcquire()
    {
        if (IsHeld || Interlocked.CompareExchange(ref _held, 1, 0) != 0) // ORDERING: acquire.
        {
            return false;
        }

        Volatile.Write(ref _turns, Volatile.Read(ref _turns) + 1);
        return true;
    }

    internal void Release() => Volatile.Write(ref _held, 0); // ORDERING: release of the driver's state.
}
