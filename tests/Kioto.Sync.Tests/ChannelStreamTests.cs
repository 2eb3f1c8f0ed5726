using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using Kioto.Streams;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>Channels in the operators of streams: what an operator has not given is still in the channel.</summary>
public sealed class ChannelStreamTests
{
    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void LeavingAMergeLosesNoValue(Where where) => Host.Run(where, async _ =>
    {
        (MpscSender<int> left, MpscReceiver<int> first) = Mpsc.Create<int>(8);
        (MpmcSender<int> right, MpmcReceiver<int> second) = Mpmc.Create<int>(8);
        left.TrySend(0);
        List<int> got = [];
        await foreach (int value in second.Merge(first))
        {
            // The merge waits for both by now: what comes while it is not awaited stays where it is.
            got.Add(value);
            left.TrySend(1);
            right.TrySend(2);
            await Spawner.Settle();
            break;
        }

        Drain(got, first, second);
        Assert.Equal([0, 1, 2], got.Order());
    });

    [Theory]
    [MemberData(nameof(Host.Runtimes), MemberType = typeof(Host))]
    public void AbortingAMergeLosesNoValue(Where where) => Host.Run(where, async spawner =>
    {
        (MpscSender<int> left, MpscReceiver<int> first) = Mpsc.Create<int>(8);
        (MpmcSender<int> right, MpmcReceiver<int> second) = Mpmc.Create<int>(8);
        List<int> got = [];
        bool waiting = false;
        Job job = spawner.Spawn(async () =>
        {
            await foreach (int value in second.Merge(first))
            {
                got.Add(value);
                if (got.Count == 1)
                {
                    Volatile.Write(ref waiting, true);
                    await Future.Pending();
                }
            }
        });
        left.TrySend(0);
        await Spawner.Until(() => Volatile.Read(ref waiting));
        left.TrySend(1);
        right.TrySend(2);
        await Spawner.Settle();
        await job.Cancel();
        Drain(got, first, second);
        Assert.Equal([0, 1, 2], got.Order());
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void RemovingAndDisposingInAMapLosesNoValue(Where where) => Host.Run(where, async _ =>
    {
        (MpscSender<int> left, MpscReceiver<int> first) = Mpsc.Create<int>(8);
        (MpmcSender<int> right, MpmcReceiver<int> second) = Mpmc.Create<int>(8);
        (MpscSender<int> other, MpscReceiver<int> third) = Mpsc.Create<int>(8);
        StreamMap<string, int> map = new();
        map.Add("left", first);
        map.Add("right", second);
        map.Add("other", third);
        other.TrySend(0);
        List<int> got = [(await map.NextAsync()).Value.Value];
        left.TrySend(1);
        right.TrySend(2);
        await Spawner.Settle();
        await map.RemoveAsync("left");
        await Spawner.Settle();
        await map.DisposeAsync();
        Drain(got, first, second, third);
        Assert.Equal([0, 1, 2], got.Order());
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void ConcurrentBodiesLeaveInTheChannelWhatTheyHaveNoRoomFor(Where where) => Host.Run(where, async _ =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(8);
        Fill(sender, 6);
        List<int> got = [];
        bool failed = false;
        try
        {
            await receiver.ForEachConcurrent(2, async value =>
            {
                got.Add(value);
                await Spawner.Settle();
                throw new FormatException();
            });
        }
        catch (FormatException)
        {
            failed = true;
        }

        Assert.True(failed);
        Assert.InRange(got.Count, 1, 2);
        Drain(got, receiver);
        Assert.Equal(Enumerable.Range(0, 6), got.Order());
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void BufferingLeavesInTheChannelWhatItHasNotAskedFor(Where where) => Host.Run(where, async _ =>
    {
        (MpscSender<Future<int>> sender, MpscReceiver<Future<int>> receiver) = Mpsc.Create<Future<int>>(8);
        sender.TrySend(Future.FromResult(0));
        FutureEnumerator<int> steps = receiver.Buffered(2).GetAsyncEnumerator();
        Assert.True(await steps.MoveNextAsync());
        Assert.Equal(0, steps.Current);

        // A pull may be waiting; nobody polls it.
        sender.TrySend(Future.FromResult(1));
        await Spawner.Settle();
        await steps.DisposeAsync();
        Assert.Equal(1, receiver.Count);
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void AReceiverOfADerivedTypeLosesNoValueEither(Where where) => Host.Run(where, async _ =>
    {
        (MpscSender<string> sender, MpscReceiver<string> receiver) = Mpsc.Create<string>(8);
        (MpscSender<object> other, MpscReceiver<object> second) = Mpsc.Create<object>(8);
        other.TrySend("a");
        await foreach (object value in FutureStream.Merge<object>(receiver, second))
        {
            Assert.Equal("a", value);
            sender.TrySend("b");
            await Spawner.Settle();
            break;
        }

        Assert.Equal(1, receiver.Count);
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void AMapInAMergeLosesNothing(Where where) => Host.Run(where, async spawner =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(8);
        (MpscSender<KeyValuePair<int, int>> other, MpscReceiver<KeyValuePair<int, int>> second) =
            Mpsc.Create<KeyValuePair<int, int>>(8);
        StreamMap<int, int> map = new();
        map.Add(7, receiver);
        other.TrySend(new(0, 0));
        await foreach (KeyValuePair<int, int> _ in map.Merge(second))
        {
            sender.TrySend(1);
            await Spawner.Settle();
            break;
        }

        Assert.Equal(new KeyValuePair<int, int>(7, 1), (await map.NextAsync()).Value);
        await map.DisposeAsync();
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void StreamsOfChannelsEndWithThem(Where where) => Host.Run(where, async _ =>
    {
        (MpscSender<int> mpscSender, MpscReceiver<int> mpsc) = Mpsc.Create<int>(8);
        (MpmcSender<int> mpmcSender, MpmcReceiver<int> mpmc) = Mpmc.Create<int>(8);
        Channel<int> channel = Channel.CreateUnbounded<int>();
        Fill(mpscSender, 3);
        mpscSender.Dispose();
        mpmcSender.TrySend(3);
        mpmcSender.Dispose();
        channel.Writer.TryWrite(4);
        channel.Writer.Complete();
        List<int> got = [];
        await foreach (int value in FutureStream.Merge(mpsc.AsStream(), mpmc.AsStream(), channel.Reader.AsStream()))
        {
            got.Add(value);
        }

        Assert.Equal([0, 1, 2, 3, 4], got.Order());
        channel = Channel.CreateUnbounded<int>();
        channel.Writer.Complete(new FormatException());
        await Assert.ThrowsAsync<FormatException>(async () => await channel.Reader.AsStream().CountAsync());
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void LeavingAMergeOfADotNetChannelLosesNoValue(Where where) => Host.Run(where, async _ =>
    {
        Channel<int> channel = Channel.CreateUnbounded<int>();
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(8);
        sender.TrySend(0);
        await foreach (int value in receiver.Merge(channel.Reader.AsStream()))
        {
            channel.Writer.TryWrite(1);
            await Spawner.Settle();
            break;
        }

        Assert.True(channel.Reader.TryRead(out int left));
        Assert.Equal(1, left);
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void AWatchStreamBeginsWithTheValueUnlessToldNotTo(Where where) => Host.Run(where, async _ =>
    {
        (WatchSender<int> sender, WatchReceiver<int> receiver) = Watch.Create(1);
        using WatchReceiver<int> other = receiver.Clone();
        FutureEnumerator<StreamItem<int>> steps = receiver.AsStream().NotifyClose().GetAsyncEnumerator();
        FutureEnumerator<int> changes = other.AsStream(fromChanges: true).GetAsyncEnumerator();
        Assert.True(await steps.MoveNextAsync());
        Assert.Equal(1, steps.Current.Value);
        sender.Send(2);
        sender.Send(3);
        Assert.True(await steps.MoveNextAsync());
        Assert.Equal(3, steps.Current.Value);
        Assert.True(await changes.MoveNextAsync());
        Assert.Equal(3, changes.Current);
        sender.Dispose();
        Assert.True(await steps.MoveNextAsync());
        Assert.False(steps.Current.HasValue);
        Assert.False(await steps.MoveNextAsync());
        Assert.False(await changes.MoveNextAsync());

        // Closed from the start: the value is still seen, once.
        Assert.Equal([3], await receiver.AsStream().ToListAsync());
        Assert.Empty(await receiver.AsStream(fromChanges: true).ToListAsync());
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void ABroadcastStreamGivesALagAsAnItem(Where where) => Host.Run(where, async _ =>
    {
        (BroadcastSender<int> sender, BroadcastReceiver<int> receiver) = Broadcast.Create<int>(2);
        (MpscSender<BroadcastRecvResult<int>> quiet, MpscReceiver<BroadcastRecvResult<int>> second) =
            Mpsc.Create<BroadcastRecvResult<int>>(1);
        for (int i = 0; i < 5; i++)
        {
            sender.Send(i);
        }

        sender.Dispose();
        quiet.Dispose();
        List<string> got = [];
        await foreach (BroadcastRecvResult<int> item in receiver.AsStream().Merge(second))
        {
            got.Add(item.ToString());
        }

        Assert.Equal(["Lagged(3)", "Value(3)", "Value(4)"], got);
        receiver.Dispose();
    });

    [Fact]
    public void AStreamOfNothingIsRefused()
    {
        Assert.Throws<ArgumentNullException>(() => ((MpscReceiver<int>)null!).AsStream());
        Assert.Throws<ArgumentNullException>(() => ((MpmcReceiver<int>)null!).AsStream());
        Assert.Throws<ArgumentNullException>(() => ((WatchReceiver<int>)null!).AsStream());
        Assert.Throws<ArgumentNullException>(() => ((BroadcastReceiver<int>)null!).AsStream());
        Assert.Throws<ArgumentNullException>(() => ((ChannelReader<int>)null!).AsStream());
    }

    private static void Fill(MpscSender<int> sender, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.True(sender.TrySend(i).IsSent);
        }
    }

    private static void Drain(List<int> into, MpscReceiver<int> first, MpmcReceiver<int> second, MpscReceiver<int>? third = null)
    {
        Drain(into, first);
        while (second.TryRecv(out int value))
        {
            into.Add(value);
        }

        if (third is not null)
        {
            Drain(into, third);
        }
    }

    private static void Drain(List<int> into, MpscReceiver<int> receiver)
    {
        while (receiver.TryRecv(out int value))
        {
            into.Add(value);
        }
    }
}
