namespace Kioto;

/// <summary>How an arm ended.</summary>
internal enum ArmOutcome : byte
{
    /// <summary>With a result; also when it was cancelled and went on to its end nevertheless.</summary>
    Result,

    /// <summary>With an exception that is not the cancellation of this very arm.</summary>
    Failure,

    /// <summary>It was cancelled and has unwound, or was let go before its first poll.</summary>
    Cancelled,
}
