namespace Kioto;

/// <summary>A driver without I/O: it only sleeps. Time works on it everywhere.</summary>
internal sealed class ThreadDriver : Driver
{
    private readonly ThreadParker _parker = new();

    internal override string Name => "none";

    internal override void Wait(long timeoutNanos)
    {
        if (timeoutNanos != 0)
        {
            _parker.Park(timeoutNanos);
        }
    }

    internal override void Unpark() => _parker.Unpark();

    internal override void Close()
    {
    }

    public override void Dispose()
    {
    }
}
