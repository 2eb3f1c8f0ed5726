namespace Kioto.Net;

/// <summary>Who is at the other end of a Unix socket. As Tokio's <c>UCred</c>.</summary>
/// <remarks>What was so when the connection, or the pair, was made: the process may have ended since.</remarks>
/// <param name="ProcessId">The process; null when this process can't see it (another PID namespace).</param>
/// <param name="UserId">The effective user.</param>
/// <param name="GroupId">The effective group.</param>
public readonly record struct UnixCredentials(int? ProcessId, uint UserId, uint GroupId);
