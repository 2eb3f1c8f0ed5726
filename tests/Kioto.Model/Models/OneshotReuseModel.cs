using System;
using Kioto.Sync;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>A oneshot's core serves the next channel while somebody still has the old one in hand: he hurts nobody.</summary>
internal static class OneshotReuseModel
{
    /// <summary>A receiver is disposed while it is polled: it gets the value or learns that, and the next channel is untouched.</summary>
    internal static void DisposedWhilePolled()
    {
        var core = New();
        core.Send(0, 7);
        ModelHandle poller = Model.Spawn(() =>
            Ends(() => Assert.True(core.PollReceive(0, new ParkedThread(), again: false, out RecvResult<int> result) && result.Value == 7)));
        core.DropReceiver(0);
        NextIsUntouched();
        poller.Join();
    }

    /// <summary>A receiver that begins to wait is disposed, and so is the sender: the next channel's receiver is woken all the same.</summary>
    internal static void RegisteredTooLate()
    {
        var core = New();
        Model.Spawn(() => Ends(() => Receive(core, 0)));
        core.DropReceiver(0);
        core.DropSender(0);
        OneshotCore<int> next = OneshotCore<int>.Rent();
        uint version = next.Version;
        Model.Spawn(() => Assert.Equal(9, Receive(next, version).Value));
        next.Send(version, 9);
    }

    /// <summary>Both ends are disposed at once while the receiver waits: it learns that.</summary>
    internal static void BothEndWhileItWaits()
    {
        var core = New();
        Model.Spawn(() => Ends(() => Receive(core, 0)));
        ModelHandle sender = Model.Spawn(() => core.DropSender(0));
        core.DropReceiver(0);
        sender.Join();
        Assert.Equal(1u, core.Version);
    }

    /// <summary>The same at the other end: who waits until the next channel is closed learns it.</summary>
    internal static void WaitsForTheEndTooLate()
    {
        var core = New();
        Model.Spawn(() => AwaitEnd(core, 0));
        core.Send(0, 7);
        Assert.Equal(SendStatus.Sent, core.TryReceive(0, out int _));
        OneshotCore<int> next = OneshotCore<int>.Rent();
        uint version = next.Version;
        Model.Spawn(() => AwaitEnd(next, version));
        next.Close(version);
    }

    /// <summary>A receiver that has its value is closed by somebody else: not the next channel.</summary>
    internal static void ClosedTooLate()
    {
        var core = New();
        ModelHandle closer = Model.Spawn(() => Ends(() => core.Close(0)));
        core.Send(0, 7);
        Ends(() => core.TryReceive(0, out int _));
        core.DropReceiver(0);
        NextIsUntouched();
        closer.Join();
    }

    /// <summary>Two copies of a sender send at once: one of them does, and its value arrives; the next channel is untouched.</summary>
    internal static void SentByTwo()
    {
        var core = New();
        bool other = true;
        ModelHandle second = Model.Spawn(() => other = !Ends(() => core.Send(0, 2)));
        bool mine = !Ends(() => core.Send(0, 1));
        int value = 0;
        if (mine)
        {
            Assert.Equal(SendStatus.Sent, core.TryReceive(0, out value));
            NextIsUntouched();
        }

        second.Join();
        Assert.NotEqual(mine, other);
        Assert.True(!mine || value == 1);
    }

    private static OneshotCore<int> New()
    {
        SourcePool<OneshotCore<int>>.Clear();
        return OneshotCore<int>.Rent();
    }

    private static void NextIsUntouched()
    {
        OneshotCore<int> next = OneshotCore<int>.Rent();
        uint version = next.Version;
        Assert.False(next.IsClosed(version));
        Assert.True(next.IsEmpty(version));
        Assert.True(next.Send(version, 9).IsSent);
        Assert.Equal(SendStatus.Sent, next.TryReceive(version, out int value));
        Assert.Equal(9, value);
    }

    // Whether it was told that its end is used up.
    private static bool Ends(Action use)
    {
        try
        {
            use();
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    private static RecvResult<int> Receive(OneshotCore<int> core, uint version)
    {
        var target = new ParkedThread();
        bool again = false;
        RecvResult<int> result;
        while (!core.PollReceive(version, target, again, out result))
        {
            again = true;
            target.Sleep();
        }

        return result;
    }

    private static void AwaitEnd(OneshotCore<int> core, uint version)
    {
        var target = new ParkedThread();
        bool again = false;
        while (!core.PollClosed(version, target, again))
        {
            again = true;
            target.Sleep();
        }
    }
}
