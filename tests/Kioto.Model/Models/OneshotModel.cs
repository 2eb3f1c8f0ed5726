using System;
using Kioto.Sync;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>A oneshot: the value arrives or comes back, each end learns of the other's end, the core is freed once.</summary>
internal static class OneshotModel
{
    /// <summary>Sending while the receiver begins to wait.</summary>
    internal static void SendAndReceive() => Receive(sends: true, secondTarget: false);

    /// <summary>The same, with a receiver that is polled for another task meanwhile.</summary>
    internal static void SendWhileTheTargetChanges() => Receive(sends: true, secondTarget: true);

    /// <summary>The sender is disposed while the receiver begins to wait.</summary>
    internal static void SenderDropped() => Receive(sends: false, secondTarget: false);

    /// <summary>Closing while the value is sent: it is there, or it comes back.</summary>
    internal static void SendOrClose()
    {
        var core = New();
        bool sent = false;
        ModelHandle sender = Model.Spawn(() => sent = core.Send(0, 7).IsSent);
        core.Close(0);
        sender.Join();
        bool received = core.TryReceive(0, out int value) == SendStatus.Sent;
        Assert.Equal(sent, received);
        Assert.Equal(sent ? 7 : 0, value);
    }

    /// <summary>Who waits for the receiver's end learns of it.</summary>
    internal static void ClosedIsSeen()
    {
        var core = New();
        Model.Spawn(() =>
        {
            var target = new ParkedThread();
            while (!core.PollClosed(0, target, again: false))
            {
                target.Sleep();
            }
        });
        core.Close(0);
    }

    /// <summary>Both ends end at once: the core goes back to the pool exactly once.</summary>
    internal static void FreedOnce()
    {
        var core = New();
        ModelHandle sender = Model.Spawn(() => core.Send(0, 7));
        core.DropReceiver(0);
        sender.Join();
        Assert.Equal(1u, core.Version);
        Assert.Same(core, OneshotCore<int>.Rent());
        Assert.NotSame(core, OneshotCore<int>.Rent());
    }

    /// <summary>Two tasks receive at once: one of them has the value, and the other one is told or finds it taken.</summary>
    internal static void TwoReceive()
    {
        var core = New();
        int received = 0;
        int told = 0;
        ModelHandle first = Model.Spawn(() => ReceiveShared(core, ref received, ref told));
        ModelHandle second = Model.Spawn(() => ReceiveShared(core, ref received, ref told));
        core.Send(0, 7);
        first.Join();
        second.Join();
        Assert.Equal(1, received);
        Assert.Equal(1, told);
    }

    /// <summary>Two tasks receive at once, and one of them gives up: the other one has the value, or was told.</summary>
    internal static void TwoReceiveAndOneLeaves()
    {
        var core = New();
        int received = 0;
        int told = 0;
        Model.Spawn(() => ReceiveShared(core, ref received, ref told, leaves: true));
        Model.Spawn(() => ReceiveShared(core, ref received, ref told));
        core.Send(0, 7);
    }

    private static void ReceiveShared(OneshotCore<int> core, ref int received, ref int told, bool leaves = false)
    {
        var target = new ParkedThread();
        bool again = false;
        try
        {
            RecvResult<int> result;
            while (!core.PollReceive(0, target, again, out result))
            {
                if (leaves)
                {
                    core.StopReceiving(0);
                    return;
                }

                again = true;
                target.Sleep();
            }

            Assert.Equal(7, result.Value);
            received++;
        }
        catch (InvalidOperationException)
        {
            told++; // ObjectDisposedException is one, too: the value was taken.
        }
    }

    private static OneshotCore<int> New()
    {
        SourcePool<OneshotCore<int>>.Clear();
        return OneshotCore<int>.Rent();
    }

    private static void Receive(bool sends, bool secondTarget)
    {
        var core = New();
        Model.Spawn(() =>
        {
            var target = new ParkedThread();
            bool again = false;
            RecvResult<int> result;
            while (!core.PollReceive(0, target, again, out result))
            {
                again = true;
                if (secondTarget)
                {
                    secondTarget = false;
                    target = new ParkedThread();
                    continue;
                }

                target.Sleep();
            }

            Assert.Equal(sends, result.HasValue);
            Assert.Equal(sends ? 7 : 0, result.HasValue ? result.Value : 0);
        });
        if (sends)
        {
            core.Send(0, 7);
        }
        else
        {
            core.DropSender(0);
        }
    }
}
