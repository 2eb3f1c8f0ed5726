using System;
using System.Threading.Tasks;
using Kioto.Streams;
using Kioto.Sync;

namespace Kioto.Testing.Tests;

public sealed class TestStreamTests
{
    [Fact]
    public void Asking_and_waking_by_hand()
    {
        (UnboundedMpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.CreateUnbounded<int>();
        using TestStream<int> stream = TestTask.Spawn(receiver.AsStream());
        stream.AssertNotWoken();
        stream.AssertPending();
        stream.AssertPending();
        Assert.Throws<PollAssertionException>(() => stream.AssertNext());
        Assert.Throws<PollAssertionException>(stream.AssertEnd);
        Assert.Throws<PollAssertionException>(stream.AssertWoken);
        sender.Send(1);
        sender.Send(2);
        stream.AssertWoken();
        Assert.Throws<PollAssertionException>(stream.AssertNotWoken);
        Assert.Equal(1, stream.AssertNext());
        Assert.Equal(1, stream.Wakes);
        stream.AssertNotWoken();
        Assert.Throws<PollAssertionException>(stream.AssertEnd); // It takes the second one.
        stream.AssertPending();
        sender.Dispose();
        stream.AssertWoken();
        Assert.Equal(2, stream.Wakes);
        Assert.False(stream.IsCompleted);
        stream.AssertEnd();
        Assert.True(stream.IsCompleted);
        Assert.Equal(StreamItem<int>.End, stream.PollNext().Value);
        Assert.Throws<PollAssertionException>(stream.AssertPending);
    }

    [Fact]
    public void A_failure_ends_it()
    {
        int asked = 0;
        using TestStream<int> stream = TestTask.Spawn(FutureStream.FromFunc(Next));
        Assert.Equal(7, stream.AssertNext());
        Assert.Throws<TimeZoneNotFoundException>(() => stream.PollNext());
        Assert.True(stream.IsCompleted);
        stream.AssertEnd();
        Assert.Equal(2, asked);

        async Future<StreamItem<int>> Next()
        {
            asked++;
            await default(ValueTask);
            return asked == 1 ? StreamItem<int>.Of(7) : throw new TimeZoneNotFoundException();
        }
    }

    [Fact]
    public void Disposing_cancels_the_question_and_nothing_is_lost()
    {
        (UnboundedMpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.CreateUnbounded<int>();
        TestStream<int> stream = TestTask.Spawn(receiver.AsStream());
        stream.AssertPending();
        stream.Dispose();
        stream.Dispose();
        Assert.Throws<ObjectDisposedException>(() => stream.PollNext());
        sender.Send(5);
        Assert.True(receiver.TryRecv(out int value));
        Assert.Equal(5, value);
        Assert.Throws<ArgumentNullException>(() => TestTask.Spawn<int>((FutureStream<int>)null!));
    }

    [Fact]
    public void One_that_was_never_asked_runs_nothing()
    {
        using TestStream<int> stream = TestTask.Spawn(FutureStream.FromFunc<int>(() => throw new TimeZoneNotFoundException()));
        Assert.False(stream.IsCompleted);
        Assert.Equal(0, stream.Wakes);
    }
}
