using System.Threading;

namespace Kioto.ModelTests;

/// <summary>A thread that sleeps until there is work, and those that bring it.</summary>
internal interface IParker
{
    void Park();

    void Unpark();
}

/// <summary>Checks, then sleeps: a wake-up between the two is lost.</summary>
internal sealed class NaiveParker : IParker
{
    private int _notified;
    private int _sleeping;

    public void Park()
    {
        if (Volatile.Read(ref _notified) == 0)
        {
            Volatile.Write(ref _sleeping, 1);
            Futex.Wait(ref _sleeping, 1);
        }
    }

    public void Unpark()
    {
        Volatile.Write(ref _notified, 1);
        if (Volatile.Read(ref _sleeping) == 1)
        {
            Volatile.Write(ref _sleeping, 0);
            Futex.Wake(ref _sleeping, 1);
        }
    }
}

/// <summary>
/// Announces the sleep, checks again, sleeps. Right if stores are immediate; with store buffers each side may miss the
/// other's store, unless there is a fence between a side's store and its load.
/// </summary>
internal sealed class TwoFlagParker(bool fence) : IParker
{
    private int _notified;
    private int _sleeping;

    public void Park()
    {
        Volatile.Write(ref _sleeping, 1);
        Fence();
        if (Volatile.Read(ref _notified) == 0)
        {
            Futex.Wait(ref _sleeping, 1);
        }
    }

    public void Unpark()
    {
        Volatile.Write(ref _notified, 1);
        Fence();
        if (Volatile.Read(ref _sleeping) == 1)
        {
            Interlocked.Exchange(ref _sleeping, 0);
            Futex.Wake(ref _sleeping, 1);
        }
    }

    private void Fence()
    {
        if (fence)
        {
            Interlocked.MemoryBarrier();
        }
    }
}

/// <summary>One word that says everything, changed by interlocked operations only.</summary>
internal sealed class WordParker : IParker
{
    private const int Empty = 0;
    private const int Parked = 1;
    private const int Notified = 2;

    private int _state;

    public void Park()
    {
        if (Interlocked.CompareExchange(ref _state, Parked, Empty) == Empty)
        {
            do
            {
                Futex.Wait(ref _state, Parked);
            }
            while (Volatile.Read(ref _state) == Parked);
        }

        Interlocked.Exchange(ref _state, Empty);
    }

    /// <summary>Whether it was unparked rather than that the time was over.</summary>
    internal bool ParkTimed()
    {
        if (Interlocked.CompareExchange(ref _state, Parked, Empty) == Empty)
        {
            Futex.Wait(ref _state, Parked, timeoutNanos: 1_000);
        }

        return Interlocked.Exchange(ref _state, Empty) == Notified;
    }

    public void Unpark()
    {
        if (Interlocked.Exchange(ref _state, Notified) == Parked)
        {
            Futex.Wake(ref _state, 1);
        }
    }
}
