using System;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Kioto.Sync;

namespace Kioto.SyncTests;

public sealed class ChannelAdapterTests
{
    [Fact]
    public async Task KiotosEndsServeDotnetCode()
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(2);
        ChannelWriter<int> writer = sender.AsChannelWriter();
        ChannelReader<int> reader = receiver.AsChannelReader();
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                await writer.WriteAsync(i);
            }

            Assert.True(writer.TryComplete());
            Assert.False(writer.TryComplete());
        });
        int next = 0;
        await foreach (int value in reader.ReadAllAsync())
        {
            Assert.Equal(next++, value);
        }

        await writing;
        await reader.Completion;
        Assert.Equal(100, next);
        Assert.False(writer.TryWrite(1));
        Assert.False(await writer.WaitToWriteAsync());
        await Assert.ThrowsAsync<ChannelClosedException>(async () => await writer.WriteAsync(1));
    }

    [Fact]
    public async Task WaitingCanBeCancelled()
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        ChannelWriter<int> writer = sender.AsChannelWriter();
        ChannelReader<int> reader = receiver.AsChannelReader();
        using CancellationTokenSource source = new();
        ValueTask<bool> reading = reader.WaitToReadAsync(source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reading);
        Assert.True(writer.TryWrite(1));
        Assert.False(writer.TryWrite(2));
        using CancellationTokenSource second = new();
        ValueTask writing = writer.WriteAsync(2, second.Token);
        await second.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await writing);
        Assert.True(await reader.WaitToReadAsync());
        Assert.Equal(1, reader.Count);
        Assert.True(reader.TryRead(out int value));
        Assert.Equal(1, value);
        Assert.False(reader.TryRead(out _));
        Assert.True(await writer.WaitToWriteAsync());
    }

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void DotnetsChannelsServeFutures(Where where) => Host.Run(where, async spawner =>
    {
        Channel<int> channel = Channel.CreateBounded<int>(2);
        Job sending = spawner.Spawn(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                Assert.True((await channel.Writer.SendAsync(i)).IsSent);
            }

            channel.Writer.Complete();
            Assert.True((await channel.Writer.SendAsync(100)).TryGetRejected(out int back));
            Assert.Equal(100, back);
        });
        int next = 0;
        while ((await channel.Reader.RecvAsync()).TryGetValue(out int value))
        {
            Assert.Equal(next++, value);
        }

        Assert.Equal(100, next);
        await sending.Join();
    });
}
