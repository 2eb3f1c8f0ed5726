namespace CancellationMatrix;

/// <summary>How a program is cancelled at a step.</summary>
internal enum Mode
{
    /// <summary>Aborted from outside, while it waits there.</summary>
    WhileWaiting,

    /// <summary>Aborted by itself, right before it waits there.</summary>
    ByItself,

    /// <summary>It is an arm of a select, which another arm wins.</summary>
    LostArm,

    /// <summary>It is limited by a token, which is cancelled.</summary>
    Token,

    /// <summary>Aborted from outside; at the next step, the grace is over. Only where somebody can make it so.</summary>
    Redelivered,

    /// <summary>Aborted before it is polled for the first time. It has no step.</summary>
    BeforeFirstPoll,
}
