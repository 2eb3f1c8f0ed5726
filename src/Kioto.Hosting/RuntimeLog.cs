using System;
using Microsoft.Extensions.Logging;

namespace Kioto.Hosting;

/// <summary>What a hosted runtime says, in the category <see cref="Category"/>.</summary>
internal static partial class RuntimeLog
{
    internal const string Category = "Kioto.Runtime";

    [LoggerMessage(1, LogLevel.Debug, "The runtime runs: {Flavor}, {WorkerThreads} worker threads.", EventName = "Started")]
    internal static partial void Started(ILogger logger, RuntimeFlavor flavor, int workerThreads);

    [LoggerMessage(2, LogLevel.Error, "A task failed, and nobody has observed it: {Task}. Await its handle, or handle the failure inside it.", EventName = "UnhandledFailure")]
    internal static partial void UnhandledFailure(ILogger logger, FailedTask task, Exception exception);

    [LoggerMessage(3, LogLevel.Error, "Something of the runtime failed that nobody waits for.", EventName = "Failure")]
    internal static partial void Failure(ILogger logger, Exception exception);

    [LoggerMessage(4, LogLevel.Warning, "{Report} ({Untold} more such reports since the last one that was logged.)", EventName = "StuckTask")]
    internal static partial void StuckTask(ILogger logger, StuckTaskReport report, int untold);

    [LoggerMessage(5, LogLevel.Information, "The runtime has shut down in {Elapsed}; everything ended in time.", EventName = "ShutDown")]
    internal static partial void ShutDown(ILogger logger, TimeSpan elapsed);

    [LoggerMessage(6, LogLevel.Warning, "The runtime did not end in time. {Report}", EventName = "ShutDownWithStragglers")]
    internal static partial void Stragglers(ILogger logger, ShutdownReport report);

    [LoggerMessage(7, LogLevel.Critical, "The runtime has ended while the application runs: the application stops.", EventName = "EndedEarly")]
    internal static partial void EndedEarly(ILogger logger);
}
