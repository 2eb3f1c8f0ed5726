using System;
using System.Threading;

namespace Kioto.TestSupport;

/// <summary>Whose turn it is: to be relied upon by tests that count turns, or not at all.</summary>
internal static class Turns
{
    /// <summary>
    /// KIOTO_DISTURB=1 holds workers up at random before they poll, as a loaded machine does now and then: a test that
    /// takes for granted what another worker has done meanwhile fails at once, not once a month.
    /// </summary>
    private static readonly bool s_disturbed = Environment.GetEnvironmentVariable("KIOTO_DISTURB") == "1";

    /// <summary>Sets a runtime up for tests.</summary>
    /// <remarks>
    /// Time slices are those of the real clock: on a loaded machine they would end turns in the middle, which only tests
    /// of slices and storms expect. So are stuck polls: where one thread is kept from running and another looks at it, its
    /// tasks would move to a thread that nobody counts with.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    internal static RuntimeBuilder ForTests(this RuntimeBuilder builder)
    {
        builder.Undisturbed();
        return s_disturbed ? builder.OnBeforeTaskPoll(new Disturbance().Disturb) : builder;
    }

    /// <summary>The same without the disturbance, which is a hook: for tests of what watches tasks.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    internal static RuntimeBuilder Undisturbed(this RuntimeBuilder builder) =>
        builder.TimeSlice(TimeSpan.Zero).StuckThreshold(Timeout.InfiniteTimeSpan);

    /// <summary>The polls of one runtime; no more of them than a test has the time for.</summary>
    private sealed class Disturbance
    {
        private const int MostPolls = 2000;
        private int _polls;

        internal void Disturb(TaskMeta task)
        {
            if (Volatile.Read(ref _polls) > MostPolls || Interlocked.Increment(ref _polls) > MostPolls)
            {
                return;
            }

            switch (Random.Shared.Next(32))
            {
                case 0:
                    Thread.Sleep(1);
                    break;
                case < 8:
                    Thread.Yield();
                    break;
            }
        }
    }
}
