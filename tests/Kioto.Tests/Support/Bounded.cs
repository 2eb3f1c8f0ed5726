using System;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace Kioto.Tests;

/// <summary>Runs a test body on a thread of its own, so that a hang is a failure and not a stuck run.</summary>
internal static class Bounded
{
    internal const int Seconds = 20;

    internal static void Run(Action body) => Run(body, static () => "");

    internal static void Run(Action body, Func<string> describe)
    {
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                body();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        })
        {
            IsBackground = true,
            Name = "test-body",
        };
        thread.UnsafeStart();
        if (!thread.Join(TimeSpan.FromSeconds(Seconds)))
        {
            Assert.Fail($"Not finished after {Seconds} s. {describe()}");
        }

        failure?.Throw();
    }
}
