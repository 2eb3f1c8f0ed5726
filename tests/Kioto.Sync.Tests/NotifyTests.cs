using System;
using System.Collections.Generic;
using System.Threading;
using Kioto.Sync;

namespace Kioto.SyncTests;

public sealed class NotifyTests
{
    private static Parked<Unit> Waiting(Notify notify)
    {
        Parked<Unit> arm = Parked<Unit>.Of(notify.NotifiedAsync());
        Assert.False(arm.Poll());
        return arm;
    }

    private static void Take(Parked<Unit> arm)
    {
        Assert.True(arm.Poll());
        arm.Result();
    }

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void OneNotificationIsKept(Where where) => Host.Run(where, async spawner =>
    {
        Notify notify = new();
        notify.NotifyOne();
        notify.NotifyOne();
        await notify.NotifiedAsync();
        Job second = spawner.Spawn(async () => await notify.NotifiedAsync());
        await Spawner.Settle();
        Assert.False(second.IsFinished);
        notify.NotifyOne();
        await second.Join();
    });

    [Fact]
    public void OneWakesTheFirstAndLastTheLast() => Host.Run(_ =>
    {
        Notify notify = new();
        Parked<Unit> first = Waiting(notify);
        Parked<Unit> second = Waiting(notify);
        Parked<Unit> third = Waiting(notify);
        notify.NotifyOne();
        Assert.False(second.Poll());
        Assert.False(third.Poll());
        Take(first);
        notify.NotifyLast();
        Assert.False(second.Poll());
        Take(third);
        notify.NotifyLast();
        Take(second);
        notify.NotifyLast();
        Parked<Unit> stored = Parked<Unit>.Of(notify.NotifiedAsync());
        Take(stored);
        return Future.Completed;
    });

    [Fact]
    public void WaitersAreAllWokenAndNothingIsStored() => Host.Run(_ =>
    {
        Notify notify = new();
        Parked<Unit>[] arms = new Parked<Unit>[200];
        for (int i = 0; i < arms.Length; i++)
        {
            arms[i] = Waiting(notify);
        }

        notify.NotifyWaiters();
        Parked<Unit> late = Waiting(notify);
        foreach (Parked<Unit> arm in arms)
        {
            Take(arm);
        }

        Assert.False(late.Poll());
        late.Dispose();
        return Future.Completed;
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void WaitersReachesAFutureThatWasMadeAndNotPolled(Where where) => Host.Run(where, async _ =>
    {
        Notify notify = new();
        Future made = notify.NotifiedAsync();
        notify.NotifyWaiters();
        await made;
        notify.NotifyOne();
        Future unpolled = notify.NotifiedAsync();
        await notify.NotifiedAsync();
        Parked<Unit> arm = Parked<Unit>.Of(unpolled);
        Assert.False(arm.Poll());
        arm.Dispose();
    });

    [Fact]
    public void ANotificationOfACancelledWaiterIsForwarded() => Host.Run(_ =>
    {
        Notify notify = new();
        Parked<Unit> first = Waiting(notify);
        Parked<Unit> second = Waiting(notify);
        notify.NotifyOne();
        first.Dispose();
        Take(second);

        first = Waiting(notify);
        notify.NotifyOne();
        first.Dispose();
        Take(Parked<Unit>.Of(notify.NotifiedAsync()));

        // By NotifyWaiters nothing is forwarded.
        first = Waiting(notify);
        notify.NotifyWaiters();
        first.Dispose();
        Waiting(notify).Dispose();
        return Future.Completed;
    });

    [Fact]
    public void ANotificationForTheLastIsForwardedToTheLast() => Host.Run(_ =>
    {
        Notify notify = new();
        Parked<Unit> first = Waiting(notify);
        Parked<Unit> second = Waiting(notify);
        Parked<Unit> third = Waiting(notify);
        notify.NotifyLast();
        third.Dispose();
        Assert.False(first.Poll());
        Take(second);
        first.Dispose();
        return Future.Completed;
    });

    [Theory]
    [MemberData(nameof(Host.Runtimes), MemberType = typeof(Host))]
    public void StormOfWakesAndCancels(Where where) => Host.Run(where, async spawner =>
    {
        Notify notify = new();
        int received = 0;
        List<Job> jobs = [];
        for (int i = 0; i < 40; i++)
        {
            jobs.Add(spawner.Spawn(async () =>
            {
                await notify.NotifiedAsync();
                Interlocked.Increment(ref received);
            }));
        }

        await Spawner.Settle();
        for (int i = 0; i < 20; i++)
        {
            notify.NotifyOne();
            jobs[i * 2].Abort();
            await Kio.YieldNow();
        }

        // Every notification reaches somebody who was not cancelled, or is kept: at least 20 are left to receive.
        while (!jobs.TrueForAll(job => job.IsFinished))
        {
            notify.NotifyOne();
            await Kio.YieldNow();
        }

        Assert.InRange(Volatile.Read(ref received), 20, 40);
    });

    [Fact]
    public void Blocking()
    {
        Notify notify = new();
        notify.NotifyOne();
        notify.Notified();
        Host.Run(_ =>
        {
            Assert.Throws<InvalidOperationException>(notify.Notified);
            return Future.Completed;
        });
    }

    [Fact]
    public void AWakerThatThrowsKeepsNobodyFromBeingWoken() => Host.Run(_ =>
    {
        Notify notify = new();
        Parked<Unit> before = Parked<Unit>.Of(notify.NotifiedAsync());
        Assert.False(before.Poll());
        LeafSource<Unit> leaf = (LeafSource<Unit>)notify.NotifiedAsync().Source!;
        PollContext context = new(Waker.Create(() => throw new FormatException()));
        Assert.False(leaf.PollLeaf(ref context));
        Parked<Unit> after = Parked<Unit>.Of(notify.NotifiedAsync());
        Assert.False(after.Poll());
        notify.NotifyWaiters();
        Assert.True(before.Poll());
        Assert.True(after.Poll());
        before.Result();
        after.Result();
        return Future.Completed;
    });
}
