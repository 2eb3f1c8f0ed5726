using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>Ends of channels that are disposed while, or before, somebody uses them: he learns it, and nobody else is hurt.</summary>
public sealed class DisposedEndsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ABroadcastReceiverDisposedBeforeItsFutureIsPolled(bool lossless) => Host.Run(async _ =>
    {
        BroadcastReceiver<string> receiver = Make(lossless, out Func<string, bool> send, out BroadcastReceiver<string> innocent);
        Assert.True(send("one"));
        Future<BroadcastRecvResult<string>> future = receiver.RecvAsync();
        receiver.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await future);
        Assert.Equal("one", (await innocent.RecvAsync()).Value);
        Assert.True(send("two"));
        Assert.True(send("three"));
        Assert.Equal("two", (await innocent.RecvAsync()).Value);
        Assert.Equal("three", (await innocent.RecvAsync()).Value);
        Assert.Throws<ObjectDisposedException>(() => receiver.TryRecv(out BroadcastRecvResult<string> _));
        Assert.Equal(0, receiver.Count);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ABroadcastReceiverDisposedWhileAnotherTaskWaitsForIt(bool lossless) => Host.Run(async spawner =>
    {
        BroadcastReceiver<string> receiver = Make(lossless, out Func<string, bool> send, out BroadcastReceiver<string> innocent);
        Job waiting = spawner.Spawn(async () =>
            await Assert.ThrowsAsync<ObjectDisposedException>(async () => await receiver.RecvAsync()));
        await Spawner.Settle();
        receiver.Dispose();
        await waiting.Join();
        Assert.True(send("one"));
        Assert.Equal("one", (await innocent.RecvAsync()).Value);
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void AMpscReceiverDisposedWhileAnotherTaskWaitsForIt(Where where) => Host.Run(where, async spawner =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(4);
        Assert.True(sender.TryReserve(out MpscPermit<int> permit)); // So that closing it is not its end.
        Job one = spawner.Spawn(async () => await Assert.ThrowsAsync<ObjectDisposedException>(async () => await receiver.RecvAsync()));
        await Spawner.Settle();
        receiver.Dispose();
        await one.Join();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await receiver.RecvAsync());
        Assert.Throws<ObjectDisposedException>(() => receiver.TryRecv(out int _));
        permit.Send(1);
        receiver.Dispose();
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void AMpscReceiverDisposedByItsOwnTaskAroundAPinnedReceive(Where where) => Host.Run(where, async _ =>
    {
        (UnboundedMpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.CreateUnbounded<int>();
        await using (Pinned<RecvResult<int>> pin = Kio.Pin(receiver.RecvAsync()))
        {
            Assert.Equal(1, (await Kio.SelectBiased(pin, Kio.YieldNow())).Index);
            Assert.Throws<InvalidOperationException>(() => receiver.TryRecv(out int _));
            Assert.True(sender.Send(1).IsSent);
            receiver.Dispose();
        }

        Assert.True(receiver.IsEmpty);
    });

    [Fact]
    public void ValuesThatTheReceiverLeftAreLetGo() => Host.OnThread(() =>
    {
        (MpscSender<object> sender, MpscReceiver<object> receiver) = Mpsc.Create<object>(4);
        Assert.True(sender.TryReserveMany(2, out MpscPermit<object> permit));
        WeakReference before = Send(permit);
        receiver.Dispose();
        WeakReference after = Send(permit); // Through a permit, behind the receiver's end.
        GC.Collect();
        Assert.False(before.IsAlive);
        Assert.False(after.IsAlive);
        Assert.True(sender.IsClosed);
        Assert.False(sender.TrySend(new object()).IsSent);
        GC.KeepAlive(receiver);
    });

    [Fact]
    public void ReceivingWhileTheReceiverIsDisposedElsewhereEndsAndCorruptsNothing() => Host.Run(Where.MultiThread, async spawner =>
    {
        for (int round = 0; round < 200; round++)
        {
            (UnboundedMpscSender<string> sender, MpscReceiver<string> receiver) = Mpsc.CreateUnbounded<string>();
            for (int i = 0; i < 50; i++)
            {
                sender.Send("value");
            }

            Job reader = spawner.Spawn(async () =>
            {
                List<string> into = [];
                try
                {
                    while (await receiver.RecvManyAsync(into, 3) > 0)
                    {
                        Assert.All(into, value => Assert.Equal("value", value));
                        into.Clear();
                    }
                }
                catch (ObjectDisposedException)
                {
                    // It has learned the end.
                }
            });
            await Kio.YieldNow();
            receiver.Dispose();
            await reader.Join();
            Assert.True(receiver.IsClosed);
            Assert.True(receiver.IsEmpty);
        }
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AOneshotReceiverDisposedWhileAnotherTaskWaitsForIt(bool senderEnds) => Host.Run(async spawner =>
    {
        (OneshotSender<int> sender, OneshotReceiver<int> receiver) = Oneshot.Create<int>();
        Job waiting = spawner.Spawn(async () =>
            await Assert.ThrowsAsync<ObjectDisposedException>(async () => await receiver.RecvAsync()));
        await Spawner.Settle();
        receiver.Dispose();
        if (senderEnds)
        {
            Assert.True(sender.Send(1).IsClosed); // And the core serves others.
        }

        await waiting.Join();
        sender.Dispose();
    });

    [Fact]
    public void SendersThatWereDisposedWaitForNothing()
    {
        (MpscSender<int> mpsc, _) = Mpsc.Create<int>(1);
        (UnboundedMpscSender<int> unbounded, _) = Mpsc.CreateUnbounded<int>();
        (MpmcSender<int> mpmc, _) = Mpmc.Create<int>(1);
        (BroadcastSender<int> broadcast, _) = Broadcast.Create<int>(1);
        (LosslessSender<int> lossless, _) = Broadcast.CreateLossless<int>(1);
        (WatchSender<int> watch, _) = Watch.Create(1);
        mpsc.Dispose();
        unbounded.Dispose();
        mpmc.Dispose();
        broadcast.Dispose();
        lossless.Dispose();
        watch.Dispose();
        Assert.Throws<ObjectDisposedException>(() => (object)mpsc.ClosedAsync());
        Assert.Throws<ObjectDisposedException>(() => (object)unbounded.ClosedAsync());
        Assert.Throws<ObjectDisposedException>(() => (object)mpmc.ClosedAsync());
        Assert.Throws<ObjectDisposedException>(() => (object)broadcast.ClosedAsync());
        Assert.Throws<ObjectDisposedException>(() => (object)lossless.ClosedAsync());
        Assert.Throws<ObjectDisposedException>(() => (object)watch.ClosedAsync());
    }

    [Fact]
    public void WhatWasDisposedMakesNoSender()
    {
        (MpscSender<int> mpsc, _) = Mpsc.Create<int>(1);
        (UnboundedMpscSender<int> unbounded, _) = Mpsc.CreateUnbounded<int>();
        (BroadcastSender<int> broadcast, _) = Broadcast.Create<int>(1);
        WeakMpscSender<int> weak = mpsc.Downgrade();
        WeakUnboundedMpscSender<int> weakUnbounded = unbounded.Downgrade();
        WeakBroadcastSender<int> weakBroadcast = broadcast.Downgrade();
        weak.Dispose();
        weakUnbounded.Dispose();
        weakBroadcast.Dispose();
        Assert.Throws<ObjectDisposedException>(() => weak.TryUpgrade(out _));
        Assert.Throws<ObjectDisposedException>(() => weakUnbounded.TryUpgrade(out _));
        Assert.Throws<ObjectDisposedException>(() => weakBroadcast.TryUpgrade(out _));
        SenderCount count = default;
        count.Add();
        Assert.True(count.Remove());
        Assert.Throws<ObjectDisposedException>(() => count.AddCopy(mpsc)); // A clone beside the last drop.
        Assert.Equal(0, count.Strong);
    }

    [Fact]
    public void AnMpscReceiverThatIsDisposedLetsGoOfWhoWaited() => Host.OnThread(() =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        WeakReference waiting = Poll(receiver);
        Assert.True(waiting.IsAlive);
        receiver.Dispose();
        GC.Collect();
        Assert.False(waiting.IsAlive); // Though the sender lives.
        Assert.True(sender.IsClosed);

        (sender, receiver) = Mpsc.Create<int>(1);
        WeakReference cancelled = Poll(receiver, cancel: true);
        receiver.Dispose();
        GC.Collect();
        Assert.False(cancelled.IsAlive);
        Assert.True(sender.IsClosed);
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void APlaceOfANotifyDisposedWhileAnotherTaskWaitsForIt(Where where) => Host.Run(where, async spawner =>
    {
        Notify notify = new();
        Notified notified = notify.CreateNotified();
        Job waiting = spawner.Spawn(async () => await Assert.ThrowsAsync<ObjectDisposedException>(async () => await notified.WaitAsync()));
        await Spawner.Settle();
        notified.Dispose();
        await waiting.Join();
        notify.NotifyOne();
        await notify.NotifiedAsync(); // Stored: nobody waited.
    });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Poll(MpscReceiver<int> receiver, bool cancel = false)
    {
        Turner task = new();
        Waiter waiter = new();
        Assert.False(receiver.Channel.PollReceive(waiter, task, out _));
        if (cancel)
        {
            receiver.Channel.WithdrawReceive(waiter);
        }

        return new WeakReference(task);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Send(MpscPermit<object> permit)
    {
        object value = new();
        permit.Send(value);
        return new WeakReference(value);
    }

    private static BroadcastReceiver<string> Make(bool lossless, out Func<string, bool> send, out BroadcastReceiver<string> other)
    {
        if (lossless)
        {
            (LosslessSender<string> sender, BroadcastReceiver<string> receiver) = Broadcast.CreateLossless<string>(2);
            send = value => sender.TrySend(value).IsSent;
            other = sender.Subscribe();
            return receiver;
        }
        else
        {
            (BroadcastSender<string> sender, BroadcastReceiver<string> receiver) = Broadcast.Create<string>(2);
            send = value => sender.Send(value).IsSent;
            other = sender.Subscribe();
            return receiver;
        }
    }
}
