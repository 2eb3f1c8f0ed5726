using System;
using System.Collections.Generic;
using System.Threading;
using Kioto.Sync;

namespace Kioto.SyncTests;

public sealed class WatchTests
{
    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void ReceiversSeeTheLatest(Where where) => Host.Run(where, async spawner =>
    {
        (WatchSender<int> sender, WatchReceiver<int> receiver) = Watch.Create(0);
        List<Job> jobs = [];
        for (int i = 0; i < 4; i++)
        {
            WatchReceiver<int> mine = receiver.Clone();
            jobs.Add(spawner.Spawn(async () =>
            {
                int last = 0;
                while (await mine.ChangedAsync())
                {
                    int value = mine.BorrowAndUpdate();
                    Assert.True(value >= last);
                    last = value;
                }

                Assert.Equal(300, mine.Borrow());
                mine.Dispose();
            }));
        }

        for (int i = 1; i <= 300; i++)
        {
            Assert.True(sender.Send(i).IsSent);
            await Kio.YieldNow();
        }

        sender.Dispose();
        foreach (Job job in jobs)
        {
            await job.Join();
        }
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void TheInitialValueCountsAsSeen(Where where) => Host.Run(where, async _ =>
    {
        (WatchSender<string> sender, WatchReceiver<string> receiver) = Watch.Create("one");
        Assert.False(receiver.HasChanged);
        Assert.Equal("one", receiver.Borrow());
        sender.Send("two");
        Assert.True(receiver.HasChanged);
        Assert.Equal("two", receiver.Borrow());
        Assert.True(receiver.HasChanged);
        Assert.Equal("two", receiver.BorrowAndUpdate());
        Assert.False(receiver.HasChanged);
        receiver.MarkChanged();
        Assert.True(receiver.HasChanged);
        Assert.True(await receiver.ChangedAsync());
        Assert.False(receiver.HasChanged);
        sender.Send("three");
        receiver.MarkUnchanged();
        Assert.False(receiver.HasChanged);
        Assert.Equal("three", sender.Borrow());
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void TheEndIsToldAfterTheLastChange(Where where) => Host.Run(where, async spawner =>
    {
        (WatchSender<int> sender, WatchReceiver<int> receiver) = Watch.Create(0);
        sender.Send(1);
        WatchSender<int> clone = sender.Clone();
        Assert.Equal(2, sender.SenderCount);
        sender.Dispose();
        Assert.True(await receiver.ChangedAsync());
        Job waiting = spawner.Spawn(async () => Assert.False(await receiver.ChangedAsync()));
        await Spawner.Settle();
        clone.Dispose();
        await waiting.Join();
        Assert.True(receiver.IsClosed);
        Assert.Equal(1, receiver.Borrow());
        Assert.Throws<ObjectDisposedException>(() => sender.Send(2));
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void WaitForLooksAtTheCurrentValueFirst(Where where) => Host.Run(where, async spawner =>
    {
        (WatchSender<int> sender, WatchReceiver<int> receiver) = Watch.Create(3);
        Assert.Equal(3, (await receiver.WaitForAsync(value => value == 3)).Value);
        Job waiting = spawner.Spawn(async () => Assert.Equal(12, (await receiver.WaitForAsync(value => value > 10)).Value));
        for (int i = 4; i < 13; i++)
        {
            await Spawner.Settle();
            Assert.False(waiting.IsFinished);
            sender.Send(i == 12 || i < 10 ? i : 9);
        }

        await waiting.Join();
        Job never = spawner.Spawn(async () => Assert.True((await receiver.WaitForAsync(value => value > 100)).IsClosed));
        await Spawner.Settle();
        sender.Dispose();
        await never.Join();
        Assert.Equal(12, (await receiver.WaitForAsync(value => value == 12)).Value);
        await Assert.ThrowsAsync<FormatException>(async () => await receiver.WaitForAsync(_ => throw new FormatException()));
    });

    [Fact]
    public void AThreadSeesTheLatestAndTheEnd() => Host.OnThread(static () =>
    {
        (WatchSender<int> sender, WatchReceiver<int> receiver) = Watch.Create(0);
        Thread setter = new(() =>
        {
            for (int i = 1; i <= 1000; i++)
            {
                sender.Send(i);
            }

            sender.Dispose();
        });
        setter.Start();
        Assert.InRange(receiver.WaitFor(static value => value >= 500).Value, 500, 1000);
        int last = receiver.Borrow();
        while (receiver.Changed())
        {
            int seen = receiver.Borrow();
            Assert.InRange(seen, last, 1000);
            last = seen;
        }

        setter.Join();
        Assert.Equal(1000, last);
        Assert.False(receiver.Changed());
        Assert.Equal(1000, receiver.WaitFor(static value => value == 1000).Value);
        Assert.True(receiver.WaitFor(static value => value == 1).IsClosed);
        Assert.Throws<FormatException>(() => receiver.WaitFor(static _ => throw new FormatException()));
        Assert.Throws<ArgumentNullException>(() => receiver.WaitFor(null!));
        receiver.Dispose();
        Assert.Throws<ObjectDisposedException>(() => receiver.Changed());
        Assert.Throws<ObjectDisposedException>(() => receiver.WaitFor(static _ => true));
    });

    [Fact]
    public void AThreadAtAReceiverThatIsDisposedIsTold() => Host.OnThread(static () =>
    {
        (WatchSender<int> sender, WatchReceiver<int> receiver) = Watch.Create(0);
        Exception? failure = null;
        Thread waits = new(() => failure = Record.Exception(() => receiver.Changed()));
        waits.Start();
        for (int i = 0; i < 1000; i++)
        {
            Thread.Yield(); // It waits by now, as a rule; it is told in any case.
        }

        receiver.Dispose();
        waits.Join();
        Assert.IsType<ObjectDisposedException>(failure);
        sender.Dispose();
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void AThreadThatPollsFuturesIsRefusedAWatchedValueThatIsThereToo(Where where) => Host.Run(where, static async _ =>
    {
        await Kio.YieldNow();
        (WatchSender<int> sender, WatchReceiver<int> receiver) = Watch.Create(0);
        sender.Send(1);
        Assert.Throws<InvalidOperationException>(() => receiver.Changed());
        Assert.Throws<InvalidOperationException>(() => receiver.WaitFor(static value => value == 1));
        Assert.True(receiver.HasChanged);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void WithoutReceiversSendStoresNothingAndReplaceDoes(Where where) => Host.Run(where, async _ =>
    {
        (WatchSender<int> sender, WatchReceiver<int> receiver) = Watch.Create(0);
        receiver.Dispose();
        await sender.ClosedAsync();
        Assert.True(sender.IsClosed);
        Assert.True(sender.Send(1).TryGetRejected(out int back));
        Assert.Equal((1, 0), (back, sender.Borrow()));
        Assert.Equal(0, sender.SendReplace(2));
        sender.SendModify(value => value + 1);
        Assert.Equal(3, sender.Borrow());
        using WatchReceiver<int> again = sender.Subscribe();
        Assert.False(again.HasChanged);
        Assert.Equal(3, again.Borrow());
        Assert.Equal(1, sender.ReceiverCount);
        Assert.Throws<ObjectDisposedException>(() => receiver.Borrow());
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void AChannelMadeWithoutAReceiver(Where where) => Host.Run(where, async _ =>
    {
        using WatchSender<int> sender = Watch.CreateSender(1);
        await sender.ClosedAsync();
        Assert.True(sender.Send(2).IsClosed);
        Assert.Equal(1, sender.SendReplace(3));
        using WatchReceiver<int> receiver = sender.Subscribe();
        Assert.False(receiver.HasChanged);
        Assert.True(sender.Send(4).IsSent);
        Assert.True(await receiver.ChangedAsync());
        Assert.Equal(4, receiver.Borrow());
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void TwoTasksAtOneReceiverAreTold(Where where) => Host.Run(where, async spawner =>
    {
        (WatchSender<int> sender, WatchReceiver<int> receiver) = Watch.Create(0);
        Job waiting = spawner.Spawn(async () => Assert.True(await receiver.ChangedAsync()));
        await Spawner.Settle();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await receiver.ChangedAsync());
        Assert.False(waiting.IsFinished);
        sender.Send(1);
        await waiting.Join();
        sender.Send(2);
        Assert.True(await receiver.ChangedAsync());
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void AReceiverDisposedWhileAnotherTaskWaitsForIt(Where where) => Host.Run(where, async spawner =>
    {
        (WatchSender<int> sender, WatchReceiver<int> receiver) = Watch.Create(0);
        WatchReceiver<int> innocent = receiver.Clone();
        Job waiting = spawner.Spawn(async () => await Assert.ThrowsAsync<ObjectDisposedException>(async () => await receiver.ChangedAsync()));
        Job other = spawner.Spawn(async () => Assert.True(await innocent.ChangedAsync()));
        await Spawner.Settle();
        receiver.Dispose();
        receiver.Dispose();
        await waiting.Join();
        Assert.Equal(1, sender.ReceiverCount);
        Assert.False(other.IsFinished);
        sender.Send(1);
        await other.Join();
        Future<bool> made = innocent.ChangedAsync();
        innocent.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await made);
        Assert.Throws<ObjectDisposedException>(() => innocent.HasChanged);
    });

    [Fact]
    public void AModifierThatThrowsChangesNothing()
    {
        (WatchSender<int> sender, WatchReceiver<int> receiver) = Watch.Create(1);
        Assert.Throws<FormatException>(() => sender.SendIfModified((ref int value) =>
        {
            value = 7;
            throw new FormatException();
        }));
        Assert.Equal(1, receiver.Borrow());
        Assert.False(receiver.HasChanged);
        Assert.True(sender.Send(2).IsSent); // No lock is held.
    }

    [Fact]
    public void ModifyingTellsOnlyOfChanges()
    {
        (WatchSender<int> sender, WatchReceiver<int> receiver) = Watch.Create(1);
        Assert.False(sender.SendIfModified((ref int value) =>
        {
            value = 5;
            return false;
        }));
        Assert.Equal(1, receiver.Borrow());
        Assert.False(receiver.HasChanged);
        Assert.True(sender.SendIfModified((ref int value) =>
        {
            value = 5;
            return true;
        }));
        Assert.True(receiver.HasChanged);
        Assert.Throws<FormatException>(() => sender.SendModify(_ => throw new FormatException()));
        Assert.Equal(5, receiver.BorrowAndUpdate());
        Assert.True(receiver.SameChannel(receiver.Clone()));
        Assert.True(sender.SameChannel(sender.Clone()));
    }

    [Fact]
    public void ModificationsOfManyThreadsAreNotLost() => Host.OnThread(() =>
    {
        (WatchSender<int> sender, WatchReceiver<int> receiver) = Watch.Create(0);
        Thread[] threads = new Thread[3];
        for (int i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(() =>
            {
                for (int j = 0; j < 2000; j++)
                {
                    sender.SendModify(value => value + 1);
                }
            });
            threads[i].Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Assert.Equal(6000, receiver.Borrow());
    });

    [Theory]
    [MemberData(nameof(Host.Runtimes), MemberType = typeof(Host))]
    public void ACancelledWaitLosesNothing(Where where) => Host.Run(where, async spawner =>
    {
        (WatchSender<int> sender, WatchReceiver<int> receiver) = Watch.Create(0);
        Job cancelled = spawner.Spawn(async () => await receiver.ChangedAsync());
        await Spawner.Settle();
        await cancelled.Cancel();
        sender.Send(1);
        Assert.True(await receiver.ChangedAsync());
        Assert.Equal(1, receiver.Borrow());
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ChangesCanBeEnumerated(Where where) => Host.Run(where, async spawner =>
    {
        (WatchSender<int> sender, WatchReceiver<int> receiver) = Watch.Create(0);
        List<int> seen = [];
        Job receiving = spawner.Spawn(async () =>
        {
            await foreach (int value in receiver)
            {
                seen.Add(value);
            }
        });
        for (int i = 1; i <= 3; i++)
        {
            await Spawner.Settle();
            sender.Send(i);
        }

        sender.Dispose();
        await receiving.Join();
        Assert.Equal([1, 2, 3], seen);
    });
}
