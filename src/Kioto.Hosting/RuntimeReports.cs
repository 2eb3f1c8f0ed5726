using System;
using Microsoft.Extensions.Logging;

namespace Kioto.Hosting;

/// <summary>Takes what a runtime reports to the host's logger.</summary>
internal sealed class RuntimeReports(ILoggerFactory loggers)
{
    private const long QuietMillis = 1000; // As the runtime itself does where nobody asks: a warning a second.

    // INVARIANT: who reports stuck tasks does so one at a time.
    private long _lastLogged = long.MinValue / 2;
    private int _untold;

    internal ILogger Logger { get; } = loggers.CreateLogger(RuntimeLog.Category);

    /// <summary>The runtime that reports here; null before it has been built.</summary>
    internal Runtime? Runtime { get; set; }

    internal void OnUnhandledFailure(Exception failure, FailedTask task)
    {
        if (task.Id is null)
        {
            RuntimeLog.Failure(Logger, failure);
        }
        else
        {
            RuntimeLog.UnhandledFailure(Logger, task, failure);
        }
    }

    internal void OnStuckTask(StuckTaskReport report)
    {
        long now = Environment.TickCount64;
        if (now - _lastLogged < QuietMillis)
        {
            _untold++;
            return;
        }

        _lastLogged = now;
        RuntimeLog.StuckTask(Logger, report, _untold);
        _untold = 0;
    }
}
