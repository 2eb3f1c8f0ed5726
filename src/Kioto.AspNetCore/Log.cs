using System;
using System.Net;
using Microsoft.Extensions.Logging;

namespace Kioto.AspNetCore;

/// <summary>The messages of Kestrel's own transport, with their numbers, so that filters keep working.</summary>
internal static partial class Log
{
    /// <summary>Beside Kestrel's own transports: filters on "Microsoft.AspNetCore", or on Kestrel's part of it, reach it.</summary>
    internal const string Category = "Microsoft.AspNetCore.Server.Kestrel.Transport.Kioto";

    [LoggerMessage(4, LogLevel.Debug, "Connection id \"{ConnectionId}\" paused.", EventName = "ConnectionPause")]
    internal static partial void Pause(ILogger logger, string connectionId);

    [LoggerMessage(5, LogLevel.Debug, "Connection id \"{ConnectionId}\" resumed.", EventName = "ConnectionResume")]
    internal static partial void Resume(ILogger logger, string connectionId);

    [LoggerMessage(6, LogLevel.Debug, "Connection id \"{ConnectionId}\" received FIN.", EventName = "ConnectionReadFin")]
    internal static partial void ReadFin(ILogger logger, string connectionId);

    [LoggerMessage(7, LogLevel.Debug, "Connection id \"{ConnectionId}\" sending FIN because: \"{Reason}\"", EventName = "ConnectionWriteFin")]
    internal static partial void WriteFin(ILogger logger, string connectionId, string reason);

    [LoggerMessage(8, LogLevel.Debug, "Connection id \"{ConnectionId}\" sending RST because: \"{Reason}\"", EventName = "ConnectionWriteRst")]
    internal static partial void WriteReset(ILogger logger, string connectionId, string reason);

    [LoggerMessage(14, LogLevel.Debug, "Connection id \"{ConnectionId}\" communication error.", EventName = "ConnectionError")]
    internal static partial void Error(ILogger logger, string connectionId, Exception exception);

    [LoggerMessage(19, LogLevel.Debug, "Connection id \"{ConnectionId}\" reset.", EventName = "ConnectionReset")]
    internal static partial void Reset(ILogger logger, string connectionId);

    [LoggerMessage(30, LogLevel.Warning, "Accepting a connection failed. ({Untold} more such failures since the last one that was logged.)", EventName = "AcceptFailed")]
    internal static partial void AcceptFailed(ILogger logger, int untold, Exception exception);

    [LoggerMessage(31, LogLevel.Error, "Connection id \"{ConnectionId}\": a callback on ConnectionClosed failed.", EventName = "CallbackFailed")]
    internal static partial void CallbackFailed(ILogger logger, string connectionId, Exception exception);

    [LoggerMessage(32, LogLevel.Error, "The runtime has ended before the server: {EndPoint} accepts no more connections. Stop the server before its runtime.", EventName = "RuntimeEnded")]
    internal static partial void RuntimeEnded(ILogger logger, EndPoint endPoint, Exception exception);

    [LoggerMessage(33, LogLevel.Warning, "UseKioto: Kioto has sockets on Linux only (x64 and arm64), not on {Platform}: Kestrel's own transport carries the connections. Request code runs on the runtime.", EventName = "NoSockets")]
    internal static partial void NoSockets(ILogger logger, string platform);
}
