namespace Kioto;

/// <summary>What came of an operation's attempt to take its direction of a descriptor.</summary>
internal enum TransitionToClaimed
{
    /// <summary>The direction is taken, the descriptor closing, or the driver gone: the word says which.</summary>
    Refused,

    /// <summary>The operation holds the direction, which is not ready.</summary>
    Waiting,

    /// <summary>The operation holds the direction, and its system call has begun.</summary>
    Calling,
}
