namespace Kioto.ModelTests;

/// <summary>A waker that unparks a thread.</summary>
internal sealed class ParkedThread : WakeTarget
{
    private readonly ThreadParker _parker = new();
    private int _wakes;

    internal int Wakes => _wakes;

    internal override void Wake()
    {
        Interlocked.Increment(ref _wakes);
        _parker.Unpark();
    }

    internal void Sleep() => _parker.Park();
}
