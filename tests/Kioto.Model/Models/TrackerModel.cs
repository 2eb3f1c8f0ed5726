using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>A task tracker: who waits is told of every moment at which it is closed and empty.</summary>
internal static class TrackerModel
{
    /// <summary>The last two tasks end, while it is closed, while one waits.</summary>
    internal static void CloseDuringExits()
    {
        var tracker = new TrackerCore();
        tracker.Enter();
        tracker.Enter();
        Model.Spawn(tracker.Exit);
        Model.Spawn(() =>
        {
            tracker.Exit();
            tracker.Close();
        });
        Wait(tracker.WaitAsync());
        Assert.Equal(0, tracker.Count);
    }

    /// <summary>It is closed, and reopened at once, after somebody has asked.</summary>
    internal static void ReopenedAtOnce()
    {
        var tracker = new TrackerCore();
        Future asked = tracker.WaitAsync();
        Model.Spawn(() =>
        {
            tracker.Close();
            tracker.Reopen();
        });
        Wait(asked);
    }

    /// <summary>Somebody asks while the last task ends.</summary>
    internal static void AskDuringExit()
    {
        var tracker = new TrackerCore();
        tracker.Enter();
        tracker.Close();
        Model.Spawn(tracker.Exit);
        Wait(tracker.WaitAsync());
    }

    private static void Wait(Future future)
    {
        if (future.Source is not LeafSource<Unit> leaf)
        {
            return;
        }

        var thread = new ParkedThread();
        var context = new PollContext(new Waker(thread));
        while (!leaf.PollLeaf(ref context))
        {
            thread.Sleep();
        }
    }
}
