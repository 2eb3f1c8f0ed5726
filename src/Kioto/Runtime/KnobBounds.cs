using System;

namespace Kioto;

/// <summary>Between which values a builder's knobs can be turned, for all who set them.</summary>
internal static class KnobBounds
{
    internal const int MostWorkers = 1024;
    internal const int MostThreads = 32767;
    internal const int MostTicks = Ambient.MostBudget;
    internal const int MostIoEvents = 65536;
    internal const int LeastStack = 64 * 1024;
    internal const int MostStack = 1024 * 1024 * 1024;

    internal static TimeSpan LongestGrace { get; } = TimeSpan.FromDays(1);

    internal static TimeSpan ShortestStuckThreshold { get; } = TimeSpan.FromMilliseconds(10);
}
