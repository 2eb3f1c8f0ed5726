using System;
using System.Runtime.ExceptionServices;
using System.Threading;
using Xunit;

namespace Kioto.Net.Tests;

/// <summary>Runs a test's body on a thread of its own: a hang fails the test instead of the whole run.</summary>
internal static class Bounded
{
    internal static void Run(Action body, int seconds = 20)
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
        { IsBackground = true, Name = "test-body" };
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromSeconds(seconds)), $"The test hangs: its body has not ended after {seconds} s.");
        failure?.Throw();
    }
}
