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
    internal static void Run(Action body, Func<string> describe, int seconds = Seconds) =>
        Run(body, describe, static () => 0, seconds);

    /// <summary>Runs a body of many cases, each of which is bounded: a busy machine is slow with them all.</summary>
    /// <param name="body">Is given what to call when a case begins, with its name.</param>
    internal static void RunCases(Action<Action<object>> body)
    {
        object current = "";
        int begun = 0;
        Run(
            () => body(@case =>
            {
                Volatile.Write(ref current, @case);
                Volatile.Write(ref begun, begun + 1);
            }),
            () => $"It was at {Volatile.Read(ref current)}.",
            () => Volatile.Read(ref begun),
            Seconds);
    }

    private static void Run(Action body, Func<string> describe, Func<int> begun, int seconds)
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
        int before = begun();
        while (!thread.Join(TimeSpan.FromSeconds(seconds)))
        {
            int now = begun();
            if (now == before)
            {
                throw new TimeoutException($"The test hangs: its body has not ended after {seconds} s. {describe()}");
            }

            before = now;
        }

        failure?.Throw();
    }
}
