using System;

namespace Kioto;

/// <summary>The models' foreign methods are awaited by nobody.</summary>
internal static class TaskContinuations
{
    internal static bool IsAwaited(Action continuation) => continuation is null;
}
