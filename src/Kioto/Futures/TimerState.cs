namespace Kioto;

/// <summary>How a started timer stands.</summary>
internal enum TimerState : byte
{
    Waiting,
    Fired,

    /// <summary>The runtime has ended: it will never fire.</summary>
    Gone,
}
