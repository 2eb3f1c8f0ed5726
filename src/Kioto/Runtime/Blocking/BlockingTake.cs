namespace Kioto;

/// <summary>What a thread does after it has been at the queue.</summary>
internal enum BlockingTake
{
    /// <summary>Run what it has taken.</summary>
    Run,

    /// <summary>Sleep: it is among the idle threads.</summary>
    Park,

    /// <summary>End: it counts no more.</summary>
    Leave,
}
