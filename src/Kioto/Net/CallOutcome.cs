namespace Kioto.Net;

/// <summary>What came of one attempt of a socket operation.</summary>
internal enum CallOutcome
{
    /// <summary>The operation has its result or failure.</summary>
    Done,

    /// <summary>As Done; and the call used up the readiness: it moved less than was asked for.</summary>
    DoneAndExhausted,

    /// <summary>Nothing is ready: wait for the next edge.</summary>
    WouldBlock,

    /// <summary>Try once more at once.</summary>
    Again,
}
