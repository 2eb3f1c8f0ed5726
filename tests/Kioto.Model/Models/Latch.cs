namespace Kioto.ModelTests;

/// <summary>Waits until so many things have happened. Who waits in vain shows as a deadlock.</summary>
internal sealed class Latch(int count)
{
    private int _left = count;

    /// <summary>What to do when the last one has happened, before who waits is woken.</summary>
    internal System.Action? Last { get; init; }

    /// <summary>How many have not happened.</summary>
    internal int Left => Volatile.Read(ref _left);

    internal void Signal()
    {
        if (Interlocked.Decrement(ref _left) == 0)
        {
            Last?.Invoke();
            Futex.Wake(ref _left, int.MaxValue);
        }
    }

    internal void Wait()
    {
        for (int left = Volatile.Read(ref _left); left > 0; left = Volatile.Read(ref _left))
        {
            Futex.Wait(ref _left, left);
        }
    }
}
