using System;
using System.Runtime.CompilerServices;
using Kioto.Sync;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>What wakes everybody: a change that is looked for after a wait has begun is never missed.</summary>
internal static class FanOutModel
{
    /// <summary>A value is set once while two wait for it.</summary>
    internal static void SetOnce()
    {
        var cell = new SetOnce<int>();
        for (int i = 0; i < 2; i++)
        {
            Model.Spawn(() =>
            {
                var target = new ParkedThread();
                var leaf = (LeafSource<int>)cell.WaitAsync().Source!;
                var context = new PollContext(new Waker(target));
                while (!leaf.PollLeaf(ref context))
                {
                    target.Sleep();
                }

                Assert.True(cell.TryGet(out int value));
                Assert.Equal(5, value);
            });
        }

        Assert.True(cell.TrySet(5));
        Assert.False(cell.TrySet(6));
    }

    /// <summary>A watched value changes and its sender ends: the receiver sees the last value, then the end.</summary>
    internal static void Watch()
    {
        var channel = new WatchChannel<int>(0);
        Model.Spawn(() =>
        {
            var target = new ParkedThread();
            var waiter = new Waiter();
            WatchPlace place = default;
            while (true)
            {
                while (!channel.PollChanged(waiter, target, ref place))
                {
                    target.Sleep();
                }

                if (channel.Version == place.Seen)
                {
                    break;
                }

                channel.Read(out place.Seen);
            }

            Assert.Equal(2, channel.Read(out _));
        });
        channel.Store(1, always: true, out _);
        channel.Store(2, always: true, out _);
        channel.RemoveSender();
    }

    /// <summary>A receiver that waits, or is about to, is disposed: it learns that.</summary>
    internal static void WatchReceiverEnds()
    {
        var channel = new WatchChannel<int>(0);
        var place = new StrongBox<WatchPlace>();
        Model.Spawn(() =>
        {
            var target = new ParkedThread();
            var waiter = new Waiter();
            Assert.Throws<ObjectDisposedException>(() =>
            {
                while (!channel.PollChanged(waiter, target, ref place.Value))
                {
                    target.Sleep();
                }
            });
            Assert.Null(place.Value.Waiting);
        });
        channel.EndReceiver(ref place.Value);
        Assert.Equal(0, channel.ReceiverCount);
    }

    /// <summary>Two set a value at once: who comes second can get it at once.</summary>
    internal static void SetByTwo()
    {
        var cell = new SetOnce<int>();
        bool other = false;
        ModelHandle second = Model.Spawn(() =>
        {
            other = cell.TrySet(2);
            Assert.True(cell.TryGet(out int value));
            Assert.Equal(other, value == 2);
        });
        bool mine = cell.TrySet(1);
        Assert.True(cell.TryGet(out int value));
        Assert.Equal(mine, value == 1);
        second.Join();
        Assert.NotEqual(mine, other);
    }

    /// <summary>A broadcast value, and then the end, while a receiver waits and another one leaves.</summary>
    internal static void Broadcast()
    {
        var channel = new BroadcastChannel<int>(2, lossless: false);
        long leaving = channel.Subscribe();
        var received = new Latch(1);
        Waiter? nobody = null;
        Model.Spawn(() => channel.Unsubscribe(ref leaving, ref nobody));
        Model.Spawn(() =>
        {
            var target = new ParkedThread();
            var waiter = new Waiter();
            long next = 0;
            Waiter? receiving = null;
            for (int i = 1; i <= 2; i++)
            {
                BroadcastRecvResult<int> result;
                while (!channel.PollReceive(waiter, target, ref next, ref receiving, out result))
                {
                    target.Sleep();
                }

                if (i == 1)
                {
                    received.Signal();
                }

                Assert.Equal(i == 1, result.HasValue);
                Assert.Equal(i == 2, result.IsClosed);
            }
        });
        Assert.True(channel.Send(1));
        received.Wait();
        channel.RemoveSender();
    }
}
