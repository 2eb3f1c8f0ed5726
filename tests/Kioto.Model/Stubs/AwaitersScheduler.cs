using System;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>The models have no schedulers of .NET's Tasks.</summary>
internal static class AwaitersScheduler
{
    internal static TaskScheduler? Current => null;

    internal static void Continue(TaskScheduler scheduler, Action continuation, bool inCleanup, bool cancelYield) =>
        throw new NotSupportedException();
}
