namespace Kioto;

/// <summary>Where an arm is in its life.</summary>
internal enum ArmState : byte
{
    /// <summary>Holds no future.</summary>
    Empty,

    /// <summary>Switched off by <c>When(false)</c>: never polled.</summary>
    Disabled,

    /// <summary>Holds a future that was not polled yet.</summary>
    Waiting,

    /// <summary>Polled, and not at its end.</summary>
    Running,

    /// <summary>At its end: the outcome says which.</summary>
    Ended,
}
