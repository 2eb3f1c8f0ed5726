using System;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using System.Threading.Tasks;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>The completion of a .NET reader comes whoever leaves its channel closed and empty; and the errors are .NET's.</summary>
public sealed class ChannelCompletionTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AReceiverThatIsDisposedWithValuesInside(bool bounded)
    {
        for (int i = 0; i < 50; i++)
        {
            (Action<int> send, _, MpscReceiver<int> receiver) = Make(bounded);
            send(1);
            send(2);
            Task completion = receiver.AsChannelReader().Completion;
            Assert.False(completion.IsCompleted);
            receiver.Dispose();
            await completion;
        }
    }

    [Fact]
    public async Task AnMpmcReceiverThatIsDisposedWithValuesInside()
    {
        for (int i = 0; i < 50; i++)
        {
            (MpmcSender<int> sender, MpmcReceiver<int> receiver) = Mpmc.Create<int>(64);
            while (sender.TrySend(1).IsSent)
            {
            }

            Task completion = receiver.AsChannelReader().Completion;
            Assert.False(completion.IsCompleted);
            receiver.Dispose();
            await completion;
        }
    }

    [Fact]
    public async Task AValueThatADisposedMpmcReceiverWasGivenAndGivesBack()
    {
        (MpmcSender<int> sender, MpmcReceiver<int> receiver) = Mpmc.Create<int>(1);
        Waiter given = new();
        Assert.Equal(AcquireOutcome.NoPermits, receiver.ChannelOrDisposed.Values.Poll(given, new Turner(), 1));
        Task completion = receiver.AsChannelReader().Completion;
        Assert.True(sender.TrySend(1).IsSent);
        receiver.Dispose();
        receiver.ChannelOrDisposed.Values.Withdraw(given);
        await completion;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TheLastValueTakenByTheReceiverItself(bool bounded)
    {
        (Action<int> send, IDisposable sender, MpscReceiver<int> receiver) = Make(bounded);
        send(1);
        send(2);
        Task completion = receiver.AsChannelReader().Completion;
        sender.Dispose();
        Assert.True(receiver.TryRecv(out _));
        await Task.Yield();
        Assert.False(completion.IsCompleted);
        Assert.Equal(2, receiver.Recv().Value);
        await completion;
        Assert.True(receiver.Recv().IsClosed);
    }

    [Fact]
    public async Task ThePermitGivenBackAfterTheEnd()
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(4);
        Assert.True(sender.TryReserve(out MpscPermit<int> permit));
        Task completion = receiver.AsChannelReader().Completion;
        sender.Dispose();
        await Task.Yield();
        Assert.False(completion.IsCompleted);
        permit.Dispose();
        await completion;
    }

    [Fact]
    public async Task TheLastValueReadByAnotherReader()
    {
        (MpmcSender<int> sender, MpmcReceiver<int> receiver) = Mpmc.Create<int>(4);
        using MpmcReceiver<int> other = receiver.Clone();
        ChannelReader<int> reads = other.AsChannelReader();
        Assert.True(sender.TrySend(1).IsSent);
        Task completion = receiver.AsChannelReader().Completion;
        sender.Dispose();
        await Task.Yield();
        Assert.False(completion.IsCompleted);
        Assert.True(reads.TryRead(out _));
        await completion;
        await reads.Completion;
    }

    [Fact]
    public void AnErrorThatNobodyLooksAtIsNoUnobservedOne()
    {
        int unobserved = 0;
        void Count(object? sender, UnobservedTaskExceptionEventArgs args)
        {
            unobserved += args.Exception.InnerException is FormatException { Message: nameof(ChannelCompletionTests) } ? 1 : 0;
        }

        TaskScheduler.UnobservedTaskException += Count;
        try
        {
            Fail();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Count;
        }

        Assert.Equal(0, unobserved);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Fail()
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        ChannelReader<int> reader = receiver.AsChannelReader();
        Assert.True(sender.AsChannelWriter().TryComplete(new FormatException(nameof(ChannelCompletionTests))));
        Assert.False(reader.TryRead(out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ErrorsAreDotnets(bool kioto)
    {
        ChannelWriter<int> writer;
        ChannelReader<int> reader;
        if (kioto)
        {
            (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
            (writer, reader) = (sender.AsChannelWriter(), receiver.AsChannelReader());
        }
        else
        {
            Channel<int> channel = Channel.CreateBounded<int>(1);
            (writer, reader) = (channel.Writer, channel.Reader);
        }

        FormatException error = Thrown();
        string? place = error.StackTrace;
        Assert.True(writer.TryComplete(error));
        Assert.Same(error, (await Assert.ThrowsAsync<ChannelClosedException>(async () => await writer.WriteAsync(1))).InnerException);
        Assert.Same(error, (await Assert.ThrowsAsync<ChannelClosedException>(async () => await reader.ReadAsync())).InnerException);
        Assert.Same(error, await Assert.ThrowsAsync<FormatException>(async () => await writer.WaitToWriteAsync()));
        Assert.Same(error, await Assert.ThrowsAsync<FormatException>(async () => await reader.WaitToReadAsync()));
        Assert.StartsWith(place!, error.StackTrace, StringComparison.Ordinal);
        Assert.Same(error, await Assert.ThrowsAsync<FormatException>(() => reader.Completion));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ACancellationCancels(bool kioto)
    {
        ChannelWriter<int> writer;
        ChannelReader<int> reader;
        if (kioto)
        {
            (MpmcSender<int> sender, MpmcReceiver<int> receiver) = Mpmc.Create<int>(1);
            (writer, reader) = (sender.AsChannelWriter(), receiver.AsChannelReader());
        }
        else
        {
            Channel<int> channel = Channel.CreateBounded<int>(1);
            (writer, reader) = (channel.Writer, channel.Reader);
        }

        OperationCanceledException error = new(new System.Threading.CancellationToken(canceled: true));
        Assert.True(writer.TryComplete(error));
        Assert.False(reader.TryRead(out _));
        Assert.Equal(TaskStatus.Canceled, reader.Completion.Status);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reader.ReadAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reader.WaitToReadAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await writer.WriteAsync(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await writer.WaitToWriteAsync());
    }

    private static FormatException Thrown()
    {
        try
        {
            throw new FormatException();
        }
        catch (FormatException error)
        {
            return error;
        }
    }

    private static (Action<int> Send, IDisposable Sender, MpscReceiver<int> Receiver) Make(bool bounded)
    {
        if (bounded)
        {
            (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(4);
            return (value => Assert.True(sender.TrySend(value).IsSent), sender, receiver);
        }

        (UnboundedMpscSender<int> unbounded, MpscReceiver<int> one) = Mpsc.CreateUnbounded<int>();
        return (value => Assert.True(unbounded.Send(value).IsSent), unbounded, one);
    }
}
