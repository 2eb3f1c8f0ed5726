using System;
using System.Threading;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>What serves one task at a time is used by two, or by itself: somebody is told, nothing is lost, nobody hangs.</summary>
public sealed class TwoAtOnceTests
{
    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void OfTwoThatReceiveFromAOneshotOneIsTold(Where where) => Host.Run(where, async spawner =>
    {
        (OneshotSender<string> sender, OneshotReceiver<string> receiver) = Oneshot.Create<string>();
        Notify told = new();
        int received = 0;
        async Future Receive()
        {
            try
            {
                Assert.Equal("value", (await receiver.RecvAsync()).Value);
                Interlocked.Increment(ref received);
            }
            catch (InvalidOperationException exception)
            {
                Assert.Contains("Watch", exception.Message);
                told.NotifyOne();
            }
        }

        Job first = spawner.Spawn(Receive);
        Job second = spawner.Spawn(Receive);
        await told.NotifiedAsync();
        Assert.True(sender.Send("value").IsSent);
        await first.Join();
        await second.Join();
        Assert.Equal(1, received);
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void OneThatWaitsForAValueThatAnotherOneTakesIsTold(Where where) => Host.Run(where, async spawner =>
    {
        (OneshotSender<string> sender, OneshotReceiver<string> receiver) = Oneshot.Create<string>();
        Job waiting = spawner.Spawn(async () =>
        {
            try
            {
                Assert.Equal("value", (await receiver.RecvAsync()).Value);
            }
            catch (ObjectDisposedException)
            {
                // Taken below: then it must not wait for ever.
            }
        });
        Assert.True(sender.Send("value").IsSent);
        try
        {
            receiver.TryRecv(out string? _);
        }
        catch (ObjectDisposedException)
        {
            // It was faster.
        }

        await waiting.Join();
    });

    [Fact]
    public void AReceiveAfterOneThatWasGivenUpIsNoSecondOne() => Host.Run(async spawner =>
    {
        (OneshotSender<string> sender, OneshotReceiver<string> receiver) = Oneshot.Create<string>();
        Job first = spawner.Spawn(async () =>
        {
            await Assert.ThrowsAsync<TimeoutException>(async () => { await receiver.RecvAsync().Timeout(TimeSpan.FromMilliseconds(1)); });
        });
        await first.Join();
        Parked<RecvResult<string>> second = new(receiver.RecvAsync());
        Assert.False(second.Poll());
        Assert.False(second.Poll());
        Assert.True(sender.Send("value").IsSent);
        Assert.True(second.Poll());
        Assert.Equal("value", second.Result().Value);
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void OfTwoThatAwaitAOneshotsEndOneIsTold(Where where) => Host.Run(where, async spawner =>
    {
        (OneshotSender<string> sender, OneshotReceiver<string> receiver) = Oneshot.Create<string>();
        Notify told = new();
        int learned = 0;
        async Future Await()
        {
            try
            {
                await sender.ClosedAsync();
                Interlocked.Increment(ref learned);
            }
            catch (InvalidOperationException)
            {
                told.NotifyOne();
            }
        }

        Job first = spawner.Spawn(Await);
        Job second = spawner.Spawn(Await);
        await told.NotifiedAsync();
        receiver.Close();
        await first.Join();
        await second.Join();
        Assert.Equal(1, learned);
        sender.Dispose();
        receiver.Dispose();
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void TheSecondThatWaitsAtANotifiedIsTold(Where where) => Host.Run(where, async spawner =>
    {
        Notify notify = new();
        Notified notified = notify.CreateNotified();
        Job first = spawner.Spawn(async () => await notified.WaitAsync());
        await Spawner.Settle();
        await spawner.Spawn(async () =>
        {
            InvalidOperationException told = await Assert.ThrowsAsync<InvalidOperationException>(async () => await notified.WaitAsync());
            Assert.Contains("CreateNotified", told.Message);
        }).Join();
        notify.NotifyOne();
        await first.Join();
        Job third = spawner.Spawn(async () => await Assert.ThrowsAsync<ObjectDisposedException>(async () => await notified.WaitAsync()));
        await Spawner.Settle();
        notified.Dispose();
        await third.Join();
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void WhoEnablesANotifiedThatAnotherOneWaitsAtIsTold(Where where) => Host.Run(where, async spawner =>
    {
        Notify notify = new();
        Notified notified = notify.CreateNotified();
        Job first = spawner.Spawn(async () => await notified.WaitAsync());
        await Spawner.Settle();
        Assert.Contains("CreateNotified", Assert.Throws<InvalidOperationException>(() => notified.Enable()).Message);
        notify.NotifyOne();
        await first.Join();
        Assert.False(notified.Enable());
        notified.Dispose();
    });

    [Fact]
    public void SeveralSendThroughOnePermitAsManyAsItIsFor() => Host.OnThread(static () =>
    {
        const int Room = 20_000;
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(Room);
        Assert.True(sender.TryReserveMany(Room, out MpscPermit<int> permit));
        int sent = 0;
        Together(4, () =>
        {
            try
            {
                while (true)
                {
                    permit.Send(1);
                    Interlocked.Increment(ref sent);
                }
            }
            catch (ObjectDisposedException exception)
            {
                Assert.Contains("no room left", exception.Message);
            }
        });
        Assert.Equal(Room, sent);
        Assert.Equal(0, permit.Remaining);
        int received = 0;
        while (receiver.TryRecv(out _))
        {
            received++;
        }

        Assert.Equal(Room, received);
        Assert.Equal(Room, sender.Capacity);
    });

    [Fact]
    public void SeveralSplitOnePermitAndMergeItAgain() => Host.OnThread(static () =>
    {
        const int Permits = 8_000;
        AsyncSemaphore semaphore = new(Permits + 1);
        Assert.True(semaphore.TryAcquireMany(Permits, out SemaphorePermit permit));
        Assert.True(semaphore.TryAcquire(out SemaphorePermit whole));
        int parts = 0;
        Together(4, () =>
        {
            while (permit.TrySplit(1, out SemaphorePermit part))
            {
                Interlocked.Increment(ref parts);
                whole.Merge(part);
            }
        });
        Assert.Equal(Permits, parts);
        Assert.Equal(0, permit.Count);
        Assert.Equal(Permits + 1, whole.Count);
        permit.Dispose();
        whole.Dispose();
        Assert.Equal(Permits + 1, semaphore.AvailablePermits);
    });

    [Fact]
    public void MoreValuesThanPlacesAreReceivedAllTheSame()
    {
        MpscChannel<int> channel = new(2);
        Assert.Equal(SendStatus.Sent, channel.Send(1));
        channel.Put(2); // Without a place, as nothing does.
        Assert.True(channel.TryReceive(out int first));
        Assert.True(channel.TryReceive(out int second));
        Assert.Equal((1, 2), (first, second));
        Assert.Equal(2, channel.Places.Available);
    }

    private static void Together(int count, Action body)
    {
        Exception? failure = null;
        Thread[] threads = new Thread[count];
        for (int i = 0; i < count; i++)
        {
            threads[i] = new Thread(() =>
            {
                try
                {
                    body();
                }
                catch (Exception exception)
                {
                    failure = exception;
                }
            });
            threads[i].Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Assert.Null(failure);
    }

    [Fact]
    public void AFunctionThatSendsToItsOwnWatchIsToldInPlaceOfBeingRepeatedForEver() => Host.Run(_ =>
    {
        (WatchSender<int> sender, WatchReceiver<int> receiver) = Watch.Create(0);
        InvalidOperationException told = Assert.Throws<InvalidOperationException>(() => sender.SendModify(value =>
        {
            sender.SendModify(inner => inner + 10);
            return value + 1;
        }));
        Assert.Contains("return the value", told.Message);
        Assert.Throws<InvalidOperationException>(() => sender.SendIfModified((ref int value) => sender.Send(value + 10).IsSent));
        Assert.Throws<InvalidOperationException>(() => sender.SendModify(value => sender.SendReplace(value + 10)));
        sender.SendModify(static value => value + 1); // As always, afterwards.
        Assert.Equal(31, receiver.Borrow());
        return Future.Completed;
    });

    [Fact]
    public void ManyThreadsThatModifyAWatchAreNotTakenForThat()
    {
        (WatchSender<int> sender, WatchReceiver<int> receiver) = Watch.Create(0);
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(() =>
            {
                for (int turn = 0; turn < 5000; turn++)
                {
                    sender.SendModify(static value => value + 1);
                    Assert.True(sender.SendIfModified(static (ref int value) => ++value > 0));
                }
            });
            threads[i].Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Assert.Equal(40_000, receiver.Borrow());
    }

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ACellThatIsAskedForByItsMakerIsMadeWhenThatHasGivenUp(Where where) => Host.Run(where, async spawner =>
    {
        OnceCell<int> cell = new();
        (OneshotSender<int> reached, OneshotReceiver<int> reaches) = Oneshot.Create<int>();
        Job maker = spawner.Spawn(async () => await cell.GetOrInitAsync(async () =>
        {
            reached.Send(1);
            return await cell.GetOrInitAsync(static () => Future.FromResult(1));
        }));
        Assert.Equal(1, (await reaches.RecvAsync()).Value);
        await Spawner.Settle();
        Assert.False(cell.IsSet);
        Job other = spawner.Spawn(async () => Assert.Equal(2, await cell.GetOrInitAsync(static () => Future.FromResult(2))));
        await Spawner.Settle();
        maker.Abort();
        await other.Join();
        Assert.True(cell.TryGet(out int value));
        Assert.Equal(2, value);
    });

    [Fact]
    public void AnEndUsedAfterItsEndSaysHowToHaveAnother() => Host.Run(_ =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        MpscSender<int> clone = sender.Clone();
        WeakMpscSender<int> weak = sender.Downgrade();
        clone.Dispose();
        weak.Dispose();
        Assert.Equal("MpscSender", Assert.Throws<ObjectDisposedException>(() => clone.TrySend(1)).ObjectName);
        Assert.Contains("Clone", Assert.Throws<ObjectDisposedException>(() => clone.Clone()).Message);
        Assert.Contains("Downgrade", Assert.Throws<ObjectDisposedException>(() => weak.TryUpgrade(out MpscSender<int>? _)).Message);
        Assert.True(sender.TrySend(1).IsSent);
        sender.Dispose();
        receiver.Dispose();

        (BroadcastSender<int> news, BroadcastReceiver<int> reader) = Broadcast.Create<int>(1);
        reader.Dispose();
        Assert.Contains("Subscribe", Assert.Throws<ObjectDisposedException>(() => reader.Resubscribe()).Message);
        news.Dispose();

        PollSemaphore polled = new(new AsyncSemaphore(1));
        polled.Dispose();
        Assert.Contains("constructor", Assert.Throws<ObjectDisposedException>(() =>
        {
            PollContext context = new(Waker.Noop);
            polled.PollAcquire(ref context);
        }).Message);
        return Future.Completed;
    });
}
