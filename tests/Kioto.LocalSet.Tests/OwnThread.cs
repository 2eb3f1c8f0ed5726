using System;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace Kioto.LocalSetTests;

/// <summary>Runs what may hang on a thread of its own, and fails when it takes too long.</summary>
internal static class OwnThread
{
    internal static void Run(Action body, int seconds = 30)
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
        };
        thread.Start();
        if (!thread.Join(TimeSpan.FromSeconds(seconds)))
        {
            throw new TimeoutException($"The test did not end within {seconds} s.");
        }

        failure?.Throw();
    }
}
