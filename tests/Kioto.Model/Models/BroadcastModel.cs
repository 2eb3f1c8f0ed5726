using System;
using Kioto.Sync;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>Broadcast: what is overwritten is counted; lossless, nothing is, and a receiver that leaves holds nobody up.</summary>
internal static class BroadcastModel
{
    /// <summary>Three values through a ring of one: what a receiver has not seen it is told as missed.</summary>
    internal static void Lag()
    {
        var channel = new BroadcastChannel<int>(1, lossless: false);
        Model.Spawn(() =>
        {
            var receiver = new Receiver(channel, 0);
            long all = 0;
            int last = 0;
            while (all < 3)
            {
                BroadcastRecvResult<int> result = receiver.Receive();
                if (result.HasValue)
                {
                    Assert.True(result.Value > last);
                    last = result.Value;
                }

                all += result.HasValue ? 1 : result.Missed;
            }

            Assert.Equal(3, all);
            Assert.Equal(3, last);
            Assert.True(receiver.Receive().IsClosed);
        });
        for (int i = 1; i <= 3; i++)
        {
            Assert.True(channel.Send(i));
        }

        channel.RemoveSender();
    }

    /// <summary>Two values through one place: both receivers get both.</summary>
    internal static void LosslessRoom()
    {
        var channel = new BroadcastChannel<int>(1, lossless: true);
        long second = channel.Subscribe();
        Model.Spawn(() => ReceiveTwo(channel, 0));
        Model.Spawn(() => ReceiveTwo(channel, second));
        Send(channel, 1);
        Send(channel, 2);
    }

    /// <summary>A receiver leaves with a value unread: its place comes back, once, and the other one gets everything.</summary>
    internal static void LosslessReceiverLeaves()
    {
        var channel = new BroadcastChannel<int>(1, lossless: true);
        long leaving = channel.Subscribe();
        Model.Spawn(() => ReceiveTwo(channel, 0));
        Model.Spawn(() =>
        {
            Waiter? nobody = null;
            channel.Unsubscribe(ref leaving, ref nobody);
        });
        Send(channel, 1);
        Send(channel, 2);
    }

    /// <summary>A receiver is disposed by one thread while another one waits for it: that one learns it.</summary>
    internal static void EndWhileReceiving()
    {
        var channel = new BroadcastChannel<int>(2, lossless: true);
        long other = channel.Subscribe();
        var receiver = new Receiver(channel, 0);
        Model.Spawn(() =>
        {
            try
            {
                Assert.Equal(1, receiver.Receive().Value);
                Assert.Equal(2, receiver.Receive().Value);
            }
            catch (ObjectDisposedException)
            {
            }
        });
        Model.Spawn(receiver.End);
        Send(channel, 1);
        ReceiveOne(channel, ref other, 1);
        Send(channel, 2);
        ReceiveOne(channel, ref other, 2);
    }

    /// <summary>A receiver is disposed while somebody waits for it, and nothing is sent.</summary>
    internal static void EndInSilence()
    {
        var channel = new BroadcastChannel<int>(2, lossless: false);
        var receiver = new Receiver(channel, 0);
        Model.Spawn(() => Assert.Throws<ObjectDisposedException>(() => receiver.Receive()));
        receiver.End();
    }

    /// <summary>A batch of which the collection takes one value, beside a sender and the receiver's end: none is lost or read twice.</summary>
    internal static void BatchRefused()
    {
        var channel = new BroadcastChannel<int>(2, lossless: true);
        long next = 0;
        Waiter? receiving = null;
        Send(channel, 1);
        Send(channel, 2);
        ModelHandle sender = Model.Spawn(() => Send(channel, 3));
        var waiter = new Waiter();
        var narrow = new Narrow(1);
        Assert.Throws<NotSupportedException>(
            () => channel.PollReceiveMany(waiter, new ParkedThread(), ref next, ref receiving, narrow, 2, out _));
        Assert.Equal(1, Assert.Single(narrow.Items));
        Assert.Null(receiving);
        sender.Join();
        ReceiveOne(channel, ref next, 2);
        ReceiveOne(channel, ref next, 3);
        Assert.Equal(2, channel.Places!.Available);
    }

    private static void ReceiveOne(BroadcastChannel<int> channel, ref long next, int expected)
    {
        Assert.True(channel.TryReceive(ref next, out BroadcastRecvResult<int> result));
        Assert.Equal(expected, result.Value);
    }

    private static void ReceiveTwo(BroadcastChannel<int> channel, long next)
    {
        var receiver = new Receiver(channel, next);
        Assert.Equal(1, receiver.Receive().Value);
        Assert.Equal(2, receiver.Receive().Value);
    }

    private static void Send(BroadcastChannel<int> channel, int value)
    {
        var target = new ParkedThread();
        var waiter = new Waiter();
        while (channel.Places!.Poll(waiter, target, 1) != AcquireOutcome.Acquired)
        {
            target.Sleep();
        }

        Assert.True(channel.Send(value));
    }

    private sealed class Receiver(BroadcastChannel<int> channel, long next)
    {
        private readonly ParkedThread _thread = new();
        private long _next = next;
        private Waiter? _receiving;

        internal BroadcastRecvResult<int> Receive()
        {
            var waiter = new Waiter();
            BroadcastRecvResult<int> result;
            while (!channel.PollReceive(waiter, _thread, ref _next, ref _receiving, out result))
            {
                _thread.Sleep();
            }

            return result;
        }

        internal void End() => channel.Unsubscribe(ref _next, ref _receiving);
    }
}
