namespace Kioto;

/// <summary>Stands for a waker that wakes nobody.</summary>
internal sealed class PollTarget : WakeTarget
{
    internal static readonly PollTarget Nobody = new();

    private PollTarget()
    {
    }

    internal override void Wake()
    {
    }
}
