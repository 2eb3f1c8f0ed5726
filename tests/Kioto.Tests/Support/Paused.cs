using System;

namespace Kioto.Tests;

/// <summary>Runs a test body on a current-thread runtime whose clock stands still.</summary>
internal static class Paused
{
    internal static Runtime Create() => Runtime.CreateCurrentThreadBuilder().StartPaused().Build();

    internal static void Run(Func<Runtime, Future> body) => Bounded.Run(() =>
    {
        using Runtime runtime = Create();
        runtime.RunTask(() => body(runtime));
    });

    internal static TimeSpan Ms(double millis) => TimeSpan.FromMilliseconds(millis);
}
