using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>A hang fails the test instead of the whole run.</summary>
internal static class Bounded
{
    private const int Seconds = 60;

    internal static Task Run(Func<Task> body) => Task.Run(body).WaitAsync(TimeSpan.FromSeconds(Seconds));

    /// <summary>Waits for what becomes true in the background.</summary>
    internal static async Task Until(Func<bool> condition, Func<string>? describe = null)
    {
        long begun = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(begun).TotalSeconds > Seconds / 2)
            {
                Assert.Fail($"Has not become true in {Seconds / 2} s. {describe?.Invoke()}");
            }

            await Task.Delay(1, CancellationToken.None);
        }
    }
}
