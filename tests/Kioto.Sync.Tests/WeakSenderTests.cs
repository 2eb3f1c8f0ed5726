using System;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>Senders that don't keep their channel open, how many there are, and how much room.</summary>
public sealed class WeakSenderTests
{
    [Fact]
    public void OfAnMpmcChannel()
    {
        (MpmcSender<int> sender, MpmcReceiver<int> receiver) = Mpmc.Create<int>(3);
        WeakMpmcSender<int> weak = sender.Downgrade();
        using WeakMpmcSender<int> second = weak.Clone();
        Assert.Equal((1, 2), (sender.StrongCount, sender.WeakCount));
        Assert.True(second.TryUpgrade(out MpmcSender<int>? strong));
        Assert.True(strong.SameChannel(sender));
        Assert.False(strong.SameChannel(Mpmc.Create<int>(1).Sender));
        Assert.Equal((2, 2), (receiver.SenderStrongCount, receiver.SenderWeakCount));
        weak.Dispose();
        weak.Dispose();
        Assert.Throws<ObjectDisposedException>(weak.Clone);
        Assert.Throws<ObjectDisposedException>(() => weak.TryUpgrade(out _));
        Assert.Equal((2, 1), (second.StrongCount, second.WeakCount));
        sender.Dispose();
        Assert.False(receiver.IsClosed);
        strong.Dispose();
        Assert.True(receiver.IsClosed);
        Assert.False(second.TryUpgrade(out _));
        Assert.Throws<ObjectDisposedException>(sender.Downgrade);
    }

    [Fact]
    public void OfALosslessChannel()
    {
        (LosslessSender<int> sender, BroadcastReceiver<int> receiver) = Broadcast.CreateLossless<int>(2);
        WeakLosslessSender<int> weak = sender.Downgrade();
        using WeakLosslessSender<int> second = weak.Clone();
        Assert.True(second.TryUpgrade(out LosslessSender<int>? strong));
        Assert.True(strong.SameChannel(sender));
        Assert.False(strong.SameChannel(Broadcast.CreateLosslessSender<int>(1)));
        Assert.Equal((2, 2), (sender.StrongCount, sender.WeakCount));
        Assert.Equal((2, 2), (receiver.SenderStrongCount, receiver.SenderWeakCount));
        weak.Dispose();
        Assert.Throws<ObjectDisposedException>(weak.Clone);
        Assert.Equal((2, 1), (second.StrongCount, second.WeakCount));
        sender.Dispose();
        strong.Dispose();
        Assert.True(receiver.IsClosed);
        Assert.False(second.TryUpgrade(out _));
    }

    [Fact]
    public void AreCloned()
    {
        (MpscSender<int> mpsc, _) = Mpsc.Create<int>(1);
        (UnboundedMpscSender<int> unbounded, _) = Mpsc.CreateUnbounded<int>();
        (BroadcastSender<int> broadcast, _) = Broadcast.Create<int>(1);
        WeakMpscSender<int> one = mpsc.Downgrade();
        WeakUnboundedMpscSender<int> two = unbounded.Downgrade();
        WeakBroadcastSender<int> three = broadcast.Downgrade();
        using WeakMpscSender<int> oneMore = one.Clone();
        using WeakUnboundedMpscSender<int> twoMore = two.Clone();
        using WeakBroadcastSender<int> threeMore = three.Clone();
        Assert.Equal((2, 2, 2), (mpsc.WeakCount, unbounded.WeakCount, broadcast.WeakCount));
        one.Dispose();
        two.Dispose();
        three.Dispose();
        Assert.Equal((1, 1, 1), (mpsc.WeakCount, unbounded.WeakCount, broadcast.WeakCount));
        Assert.True(oneMore.TryUpgrade(out _));
        Assert.True(twoMore.TryUpgrade(out _));
        Assert.True(threeMore.TryUpgrade(out _));
        Assert.Throws<ObjectDisposedException>(one.Clone);
        Assert.Throws<ObjectDisposedException>(two.Clone);
        Assert.Throws<ObjectDisposedException>(three.Clone);
    }

    [Fact]
    public void EveryEndKnowsTheRoom()
    {
        (MpscSender<int> mpsc, MpscReceiver<int> one) = Mpsc.Create<int>(3);
        Assert.True(mpsc.TrySend(1).IsSent);
        Assert.Equal((2, 3), (one.Capacity, one.MaxCapacity));
        (_, MpscReceiver<int> unbounded) = Mpsc.CreateUnbounded<int>();
        Assert.Equal((int.MaxValue, int.MaxValue), (unbounded.Capacity, unbounded.MaxCapacity));
        (MpmcSender<int> mpmc, MpmcReceiver<int> many) = Mpmc.Create<int>(3);
        Assert.True(mpmc.TrySend(1).IsSent);
        Assert.Equal((2, 3), (many.Capacity, many.MaxCapacity));
        Assert.Equal((2, 3), (mpmc.Capacity, mpmc.MaxCapacity));
        (MpmcSender<int> endless, _) = Mpmc.CreateUnbounded<int>();
        Assert.True(endless.TrySend(1).IsSent);
        Assert.Equal((int.MaxValue, int.MaxValue), (endless.Capacity, endless.MaxCapacity));
    }

    [Fact]
    public void AFullChannelIsNoClosedOne()
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        Assert.True(sender.TrySend(1).IsSent);
        SendResult<int> full = sender.TrySend(2);
        Assert.IsNotType<ClosedException>(Assert.Throws<InvalidOperationException>(full.ThrowIfNotSent));
        receiver.Close();
        Assert.Throws<ClosedException>(sender.TrySend(2).ThrowIfNotSent);
        Assert.False(default(SendResult<int>).IsSent);
        Assert.Throws<ClosedException>(default(SendResult<int>).ThrowIfNotSent);
    }
}
