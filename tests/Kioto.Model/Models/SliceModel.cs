using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>
/// The keeper of slices falls asleep while threads begin to poll: it sees that, or is roused. A poll that nobody watches
/// shows as a deadlock.
/// </summary>
internal static class SliceModel
{
    /// <summary>One thread begins one poll.</summary>
    internal static void OnePoll() => Run(threads: 1, polls: 1);

    /// <summary>One thread begins two.</summary>
    internal static void TwoPolls() => Run(threads: 1, polls: 2);

    /// <summary>Two threads begin one each.</summary>
    internal static void TwoThreads() => Run(threads: 2, polls: 1);

    private static void Run(int threads, int polls)
    {
        var keeper = new Keeper(threads);
        for (int i = 0; i < threads; i++)
        {
            Ambient ambient = keeper.Threads[i];
            Model.Spawn(() =>
            {
                for (int poll = 0; poll < polls; poll++)
                {
                    ambient.Slice.Begin();
                    if (keeper.Sleep.IsAsleep && keeper.Sleep.TryRouse())
                    {
                        keeper.Parker.Unpark();
                    }
                }
            });
        }

        // As the real one, with no patience: it is done when it has seen every poll, and until then must not miss one.
        int[] seen = new int[threads];
        keeper.Sleep.TryRouse(); // It has been started.
        while (true)
        {
            int missing = 0;
            for (int i = 0; i < threads; i++)
            {
                seen[i] = keeper.Threads[i].Slice.Count;
                missing += polls - seen[i];
            }

            if (missing == 0)
            {
                return;
            }

            keeper.Sleep.FallAsleep();
            bool moved = false;
            for (int i = 0; i < threads; i++)
            {
                moved |= keeper.Threads[i].Slice.Count != seen[i];
            }

            if (moved)
            {
                keeper.Sleep.TryRouse();
                continue;
            }

            while (keeper.Sleep.IsAsleep)
            {
                keeper.Parker.Park();
            }
        }
    }

    private sealed class Keeper
    {
        internal SliceSleep Sleep;

        internal Keeper(int threads)
        {
            Threads = new Ambient[threads];
            for (int i = 0; i < threads; i++)
            {
                Threads[i] = new Ambient();
            }
        }

        internal Ambient[] Threads { get; }

        internal ThreadParker Parker { get; } = new();
    }
}
