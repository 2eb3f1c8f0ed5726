using System;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace Kioto.TestSupport;

/// <summary>Runs a test's body on a thread of its own, so that a hang is a failure and not a stuck run.</summary>
internal static class Bounded
{
    /// <summary>What a test may take.</summary>
    internal const int Seconds = 30;

    /// <summary>The name of the thread.</summary>
    internal const string ThreadName = "test-body";

    internal static void Run(Action body, int seconds = Seconds) => Run(body, static () => "", seconds);

    /// <summary>The same, with more to say about a hang.</summary>
    /// <param name="body">The test.</param>
    /// <param name="describe">What to say; called when it hangs.</param>
    /// <param name="seconds">What it may take.</param>
    internal static void Run(Action body, Func<string> describe, int seconds = Seconds)
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
            Name = ThreadName,
        };
        thread.UnsafeStart();
        if (!thread.Join(TimeSpan.FromSeconds(seconds)))
        {
            throw new TimeoutException($"The test hangs: its body has not ended after {seconds} s. {describe()}");
        }

        failure?.Throw();
    }
}
