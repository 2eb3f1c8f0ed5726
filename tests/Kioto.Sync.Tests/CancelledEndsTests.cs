using System;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>Cancelled waits for the end of a channel, and others whose promise no other class proves: see docs/coverage-sync.md.</summary>
public sealed class CancelledEndsTests
{
    [Theory]
    [InlineData("MpscSender")]
    [InlineData("UnboundedMpscSender")]
    [InlineData("MpmcSender")]
    [InlineData("BroadcastSender")]
    [InlineData("LosslessSender")]
    [InlineData("WatchSender")]
    [InlineData("OneshotSender")]
    public void ACancelledWaitForTheEndCanBeRepeated(string name) => Host.Run(async spawner =>
    {
        (Func<Future> closed, Action end) = Make(name);
        Job first = spawner.Spawn(async () => await closed());
        await Spawner.Settle();
        await first.Cancel();
        Job second = spawner.Spawn(async () => await closed());
        await Spawner.Settle();
        Assert.False(second.IsFinished);
        end();
        await second.Join();
        await closed();
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ACancelledLosslessSendLosesItsValueAndNoPlace(Where where) => Host.Run(where, async spawner =>
    {
        (LosslessSender<int> sender, BroadcastReceiver<int> receiver) = Broadcast.CreateLossless<int>(1);
        await sender.SendAsync(1);
        Job lost = spawner.Spawn(async () => await sender.SendAsync(2));
        Job next = spawner.Spawn(async () => await sender.SendAsync(3));
        await Spawner.Settle();
        await lost.Cancel();
        Assert.Equal(1, (await receiver.RecvAsync()).Value);
        await next.Join();
        Assert.Equal(3, (await receiver.RecvAsync()).Value);
        Assert.True((await sender.SendAsync(4)).IsSent);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ACancelledWaitForAValueMissesNone(Where where) => Host.Run(where, async spawner =>
    {
        (WatchSender<int> sender, WatchReceiver<int> receiver) = Watch.Create(0);
        Job waits = spawner.Spawn(async () => await receiver.WaitForAsync(static value => value > 1));
        await Spawner.Settle();
        sender.Send(1);
        await Spawner.Settle();
        await waits.Cancel();
        sender.Send(2);
        Assert.Equal(2, (await receiver.WaitForAsync(static value => value > 1)).Value);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ACancelledReadOrWriteOfAnAdapterLosesNothing(Where where) => Host.Run(where, async spawner =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        ChannelReader<int> reader = receiver.AsChannelReader();
        ChannelWriter<int> writer = sender.AsChannelWriter();
        using CancellationTokenSource give = new();
        Task<int> read = reader.ReadAsync(give.Token).AsTask();
        await Spawner.Settle();
        await give.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        Assert.True(writer.TryWrite(1));
        using CancellationTokenSource up = new();
        Task<bool> room = writer.WaitToWriteAsync(up.Token).AsTask();
        await up.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => room);
        Assert.Equal(1, await reader.ReadAsync());
        Assert.True(writer.TryWrite(2));
        Assert.Equal(2, await reader.ReadAsync());
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ACancelledStepOfAnEnumerationLosesNothing(Where where) => Host.Run(where, async spawner =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(2);
        RecvEnumerator<int> values = receiver.GetAsyncEnumerator();
        Job step = spawner.Spawn(async () => await values.MoveNextAsync());
        await Spawner.Settle();
        await step.Cancel();
        await sender.SendAsync(1);
        await sender.SendAsync(2);
        sender.Dispose();
        Assert.True(await values.MoveNextAsync());
        Assert.Equal(1, values.Current);
        Assert.True(await values.MoveNextAsync());
        Assert.Equal(2, values.Current);
        Assert.False(await values.MoveNextAsync());
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ACancelledMpmcSendLosesItsValueAndNoPlace(Where where) => Host.Run(where, async spawner =>
    {
        (MpmcSender<int> sender, MpmcReceiver<int> receiver) = Mpmc.Create<int>(1);
        await sender.SendAsync(1);
        Job lost = spawner.Spawn(async () => await sender.SendAsync(2));
        Job next = spawner.Spawn(async () => await sender.SendAsync(3));
        await Spawner.Settle();
        await lost.Cancel();
        Assert.Equal(1, (await receiver.RecvAsync()).Value);
        await next.Join();
        Assert.Equal(3, (await receiver.RecvAsync()).Value);
        Assert.True(sender.TrySend(4).IsSent);
        Assert.True(sender.TrySend(5).IsFull);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ACancelledSendOrReceiveOfADotnetChannelTakesNothing(Where where) => Host.Run(where, async spawner =>
    {
        Channel<int> channel = Channel.CreateBounded<int>(1);
        Job receives = spawner.Spawn(async () => await channel.Reader.RecvAsync());
        await Spawner.Settle();
        await receives.Cancel();
        Assert.True((await channel.Writer.SendAsync(1)).IsSent);
        Job sends = spawner.Spawn(async () => await channel.Writer.SendAsync(2));
        await Spawner.Settle();
        await sends.Cancel();
        Assert.Equal(1, (await channel.Reader.RecvAsync()).Value);
        Assert.True(channel.Writer.TryComplete());
        Assert.True((await channel.Reader.RecvAsync()).IsClosed);
    });

    private static (Func<Future> Closed, Action End) Make(string name)
    {
        switch (name)
        {
            case "MpscSender":
                (MpscSender<int> bounded, MpscReceiver<int> ofBounded) = Mpsc.Create<int>(1);
                return (bounded.ClosedAsync, ofBounded.Dispose);
            case "UnboundedMpscSender":
                (UnboundedMpscSender<int> unbounded, MpscReceiver<int> ofUnbounded) = Mpsc.CreateUnbounded<int>();
                return (unbounded.ClosedAsync, ofUnbounded.Dispose);
            case "MpmcSender":
                (MpmcSender<int> many, MpmcReceiver<int> ofMany) = Mpmc.Create<int>(1);
                return (many.ClosedAsync, ofMany.Dispose);
            case "BroadcastSender":
                (BroadcastSender<int> broad, BroadcastReceiver<int> ofBroad) = Broadcast.Create<int>(1);
                return (broad.ClosedAsync, ofBroad.Dispose);
            case "LosslessSender":
                (LosslessSender<int> lossless, BroadcastReceiver<int> ofLossless) = Broadcast.CreateLossless<int>(1);
                return (lossless.ClosedAsync, ofLossless.Dispose);
            case "WatchSender":
                (WatchSender<int> watch, WatchReceiver<int> ofWatch) = Watch.Create(0);
                return (watch.ClosedAsync, ofWatch.Dispose);
            default:
                (OneshotSender<int> oneshot, OneshotReceiver<int> ofOneshot) = Oneshot.Create<int>();
                return (() => oneshot.ClosedAsync(), () => ofOneshot.Close());
        }
    }
}
