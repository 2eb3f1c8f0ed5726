using System;
using System.Threading;

namespace Kioto;

/// <summary>A timer of .NET that never fires: models have no real time.</summary>
internal sealed class Timer : IDisposable
{
    internal Timer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _ = callback;
        _ = (state, dueTime, period);
    }

    public void Dispose()
    {
    }
}
