namespace Kioto.Tool.Http;

/// <summary>What the bytes of a connection amount to.</summary>
internal enum RequestOutcome
{
    /// <summary>The request's head is not all there yet.</summary>
    Incomplete,

    /// <summary>A request.</summary>
    Complete,

    /// <summary>400: not HTTP, or not unambiguously.</summary>
    Malformed,

    /// <summary>413: its body is longer than anybody wants to skip.</summary>
    BodyTooLarge,

    /// <summary>431: its head is longer than the limit.</summary>
    HeadTooLarge,

    /// <summary>501: a transfer coding.</summary>
    NotImplemented,

    /// <summary>505: another major version.</summary>
    VersionNotSupported,
}
