namespace Kioto;

/// <summary>How a started timer stands.</summary>
internal enum TimerState : byte
{
    Waiting,
    Fired,

    /// <summary>The runtime has ended: it will never fire.</summary>
    Gone,

    /// <summary>It lies in its wheel, but nobody waits: its owner may start it there again, or the wheel lets go of it.</summary>
    Left,
}
