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

    public static TheoryData<string> Kinds => ["mpsc", "unbounded", "mpmc"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task EveryKindCarriesValues(string kind)
    {
        (ChannelWriter<int> writer, ChannelReader<int> reader) = Make(kind);
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                while (!writer.TryWrite(i))
                {
                    Assert.True(await writer.WaitToWriteAsync());
                }
            }

            writer.Complete();
        });
        int next = 0;
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out int value))
            {
                Assert.Equal(next++, value);
            }
        }

        await writing;
        Assert.Equal(100, next);
        await reader.Completion;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task WhoOnlyAwaitsTheCompletionLearnsTheEnd(string kind)
    {
        (ChannelWriter<int> writer, ChannelReader<int> reader) = Make(kind);
        Task completion = reader.Completion;
        Assert.False(completion.IsCompleted);
        writer.Complete();
        await completion;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task WhoReadsWithoutWaitingCompletesItToo(string kind)
    {
        (ChannelWriter<int> writer, ChannelReader<int> reader) = Make(kind);
        Assert.True(writer.TryWrite(1));
        Assert.True(writer.TryWrite(2));
        writer.Complete();
        Assert.True(reader.TryRead(out _));
        Assert.False(reader.Completion.IsCompleted);
        Assert.True(reader.TryRead(out _));
        await reader.Completion;
        Assert.False(reader.TryRead(out _));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task AnErrorReachesTheReader(string kind)
    {
        (ChannelWriter<int> writer, ChannelReader<int> reader) = Make(kind);
        Assert.True(writer.TryWrite(1));
        Assert.True(writer.TryComplete(new FormatException()));
        Assert.False(writer.TryComplete(new FormatException()));
        Assert.True(await reader.WaitToReadAsync());
        Assert.Equal(1, await reader.ReadAsync());
        await Assert.ThrowsAsync<FormatException>(async () => await reader.Completion);
        await Assert.ThrowsAsync<FormatException>(async () => await reader.WaitToReadAsync());
        ChannelClosedException closed = await Assert.ThrowsAsync<ChannelClosedException>(async () => await reader.ReadAsync());
        Assert.IsType<FormatException>(closed.InnerException);
    }

    [Fact]
    public async Task PeekingLeavesTheValue()
    {
        (ChannelWriter<int> writer, ChannelReader<int> reader) = Make("mpsc");
        Assert.True(reader.CanPeek);
        Assert.False(reader.TryPeek(out _));
        Assert.True(writer.TryWrite(1));
        Assert.True(reader.TryPeek(out int value));
        Assert.True(await reader.WaitToReadAsync());
        Assert.Equal(1, reader.Count);
        Assert.True(reader.TryRead(out int read));
        Assert.Equal(value, read);
    }

    [Theory]
    [InlineData("mpsc")]
    [InlineData("unbounded")]
    public async Task BesideAWaitOneMayReadAndPeekAndWaitAgain(string kind)
    {
        (ChannelWriter<int> writer, ChannelReader<int> reader) = Make(kind);
        Task<bool> wait = reader.WaitToReadAsync().AsTask(); // As one that a time-out was faster than.
        Assert.False(reader.TryRead(out _));
        Assert.False(reader.TryPeek(out _));
        Task<bool> second = reader.WaitToReadAsync().AsTask();
        using CancellationTokenSource source = new();
        Task<bool> cancelled = reader.WaitToReadAsync(source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(wait.IsCompleted);
        Assert.False(second.IsCompleted);
        Assert.True(writer.TryWrite(1));
        Assert.True(reader.TryRead(out int value));
        Assert.Equal(1, value);
        Assert.True(await wait);
        Assert.True(await second);
        Task<bool> last = reader.WaitToReadAsync().AsTask();
        Task<int> read = reader.ReadAsync().AsTask();
        Assert.True(writer.TryWrite(2));
        Assert.Equal(2, await read);
        Assert.True(await last);
        last = reader.WaitToReadAsync().AsTask();
        writer.Complete();
        Assert.False(await last);
    }

    [Fact]
    public async Task AWaitThatWasLeftDoesNotHinderTheReceiverAndIsToldOfIt()
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(2);
        ChannelReader<int> reader = receiver.AsChannelReader();
        Task<bool> left = reader.WaitToReadAsync().AsTask();
        Task<RecvResult<int>> received = receiver.RecvAsync().AsTask();
        Assert.True(await left); // It looks, and finds somebody else.
        Assert.Throws<InvalidOperationException>(() => reader.TryRead(out _));
        Assert.True(sender.TrySend(1).IsSent);
        Assert.Equal(1, (await received).Value);
        Task<bool> wait = reader.WaitToReadAsync().AsTask();
        receiver.Dispose();
        Assert.False(await wait);
    }

    [Fact]
    public async Task SeveralReadersOfAnMpmcChannelWaitForOneValueEach()
    {
        (ChannelWriter<int> writer, ChannelReader<int> reader) = Make("mpmc");
        Task<int> first = reader.ReadAsync().AsTask();
        Task<int> second = reader.ReadAsync().AsTask();
        await writer.WriteAsync(1);
        await writer.WriteAsync(2);
        Assert.Equal(3, await first + await second);
    }

    [Fact]
    public async Task AReceiverThatWasDisposedReadsNothing()
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(2);
        ChannelReader<int> reader = receiver.AsChannelReader();
        Assert.True(sender.TrySend(1).IsSent);
        receiver.Dispose();
        Assert.False(reader.TryRead(out _));
        Assert.False(reader.TryPeek(out _));
        Assert.False(await reader.WaitToReadAsync());
    }

    [Fact]
    public async Task ALosslessSenderIsAWriter()
    {
        (LosslessSender<int> sender, BroadcastReceiver<int> receiver) = Broadcast.CreateLossless<int>(1);
        ChannelWriter<int> writer = sender.AsChannelWriter();
        await writer.WriteAsync(1);
        Assert.False(writer.TryWrite(2));
        ValueTask<bool> room = writer.WaitToWriteAsync();
        Assert.True(receiver.TryRecv(out BroadcastRecvResult<int> result));
        Assert.Equal(1, result.Value);
        Assert.True(await room);
        receiver.Dispose();
        Assert.False(await writer.WaitToWriteAsync());
        Assert.False(writer.TryWrite(2));
        await Assert.ThrowsAsync<ChannelClosedException>(async () => await writer.WriteAsync(2));
        Assert.True(writer.TryComplete());
        Assert.False(writer.TryComplete());
    }

    private static (ChannelWriter<int> Writer, ChannelReader<int> Reader) Make(string kind)
    {
        switch (kind)
        {
            case "mpsc":
                (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(2);
                return (sender.AsChannelWriter(), receiver.AsChannelReader());
            case "unbounded":
                (UnboundedMpscSender<int> unbounded, MpscReceiver<int> one) = Mpsc.CreateUnbounded<int>();
                return (unbounded.AsChannelWriter(), one.AsChannelReader());
            default:
                (MpmcSender<int> many, MpmcReceiver<int> each) = Mpmc.Create<int>(2);
                return (many.AsChannelWriter(), each.AsChannelReader());
        }
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
