using System;
using System.Collections.Generic;
using System.Threading;
using Kioto.Sync;

namespace Kioto.SyncTests;

public sealed class SemaphoreTests
{
    [Fact]
    public void TakesAndGivesBack()
    {
        AsyncSemaphore semaphore = new(2);
        Assert.True(semaphore.TryAcquire(out SemaphorePermit first));
        Assert.True(semaphore.TryAcquireMany(1, out SemaphorePermit second));
        Assert.False(semaphore.TryAcquire(out _));
        Assert.Equal(0, semaphore.AvailablePermits);
        first.Dispose();
        Assert.Equal(1, semaphore.AvailablePermits);
        second.Dispose();
        Assert.Equal(2, semaphore.AvailablePermits);
    }

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void WaitersAreServedInOrder(Where where) => Host.Run(where, async spawner =>
    {
        AsyncSemaphore semaphore = new(0);
        List<int> order = [];
        List<Job> jobs = [];
        int waiting = 0;
        for (int i = 0; i < 10; i++)
        {
            int mine = i;
            jobs.Add(spawner.Spawn(async () =>
            {
                using SemaphorePermit permit = await Counting(semaphore.AcquireAsync());
                order.Add(mine);
            }));
            await Spawner.Until(() => Volatile.Read(ref waiting) == mine + 1);
        }

        semaphore.AddPermits(1);
        foreach (Job job in jobs)
        {
            await job.Join();
        }

        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], order);
        Assert.Equal(1, semaphore.AvailablePermits);

        async Future<SemaphorePermit> Counting(Future<SemaphorePermit> acquire)
        {
            using Parked<SemaphorePermit> parked = new(acquire);
            if (!parked.Poll())
            {
                Interlocked.Increment(ref waiting);
            }

            while (!parked.Poll())
            {
                await Kio.YieldNow();
            }

            return parked.Result();
        }
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ManyPermitsAreNotOvertakenByFew(Where where) => Host.Run(where, async spawner =>
    {
        AsyncSemaphore semaphore = new(1);
        List<string> order = [];
        Job many = spawner.Spawn(async () =>
        {
            using SemaphorePermit permit = await semaphore.AcquireManyAsync(3);
            order.Add("many");
        });
        await Spawner.Settle();
        Job few = spawner.Spawn(async () =>
        {
            using SemaphorePermit permit = await semaphore.AcquireAsync();
            order.Add("few");
        });
        await Spawner.Settle();
        Assert.False(semaphore.TryAcquire(out _));
        semaphore.AddPermits(1);
        await Spawner.Settle();
        Assert.Empty(order);
        semaphore.AddPermits(1);
        await many.Join();
        await few.Join();
        Assert.Equal(["many", "few"], order);
        Assert.Equal(3, semaphore.AvailablePermits);
    });

    [Theory]
    [MemberData(nameof(Host.Runtimes), MemberType = typeof(Host))]
    public void CancellingLosesThePlaceAndNothingElse(Where where) => Host.Run(where, async spawner =>
    {
        AsyncSemaphore semaphore = new(0);
        Job first = spawner.Spawn(async () => (await semaphore.AcquireManyAsync(2)).Dispose());
        await Spawner.Until(() => semaphore.CountWaiters() == 1);
        Job second = spawner.Spawn(async () => (await semaphore.AcquireAsync()).Forget());
        await Spawner.Until(() => semaphore.CountWaiters() == 2);
        semaphore.AddPermits(1);
        await Spawner.Settle();
        Assert.False(second.IsFinished);
        await first.Cancel();
        await second.Join();
        Assert.Equal(0, semaphore.AvailablePermits);
        semaphore.AddPermits(2);
        Assert.Equal(2, semaphore.AvailablePermits);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void APermitThatACancelledWaiterWasGivenGoesToTheNext(Where where) => Host.Run(where, async spawner =>
    {
        AsyncSemaphore semaphore = new(0);
        using Parked<SemaphorePermit> first = new(semaphore.AcquireAsync());
        Assert.False(first.Poll());
        Job second = spawner.Spawn(async () => (await semaphore.AcquireAsync()).Dispose());
        await Spawner.Settle();

        // Granted to the first, whose poll does not come before its cancellation.
        semaphore.AddPermits(1);
        first.Dispose();
        await second.Join();
        Assert.Equal(1, semaphore.AvailablePermits);
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void ClosingFailsWhoWaitsAndWhoComes(Where where) => Host.Run(where, async spawner =>
    {
        AsyncSemaphore semaphore = new(1);
        Job job = spawner.Spawn(async () =>
            await Assert.ThrowsAsync<ClosedException>(async () => await semaphore.AcquireManyAsync(2)));
        await Spawner.Settle();
        semaphore.Close();
        await job.Join();
        Assert.True(semaphore.IsClosed);
        Assert.False(semaphore.TryAcquire(out _));
        await Assert.ThrowsAsync<ClosedException>(async () => await semaphore.AcquireAsync());
    });

    [Fact]
    public void PermitsAreSplitMergedAndForgotten()
    {
        AsyncSemaphore semaphore = new(5);
        Assert.True(semaphore.TryAcquireMany(5, out SemaphorePermit all));
        Assert.False(all.TrySplit(6, out _));
        Assert.True(all.TrySplit(2, out SemaphorePermit two));
        Assert.Equal((3, 2), (all.Count, two.Count));
        two.Dispose();
        Assert.Equal(2, semaphore.AvailablePermits);
        Assert.True(semaphore.TryAcquire(out SemaphorePermit one));
        all.Merge(one);
        Assert.Equal(4, all.Count);
        Assert.Throws<ObjectDisposedException>(one.Dispose);
        Assert.Throws<ArgumentException>(() => all.Merge(all));
        Assert.True(new AsyncSemaphore(1).TryAcquire(out SemaphorePermit foreign));
        Assert.Throws<ArgumentException>(() => all.Merge(foreign));
        all.Forget();
        Assert.Equal(1, semaphore.AvailablePermits);
        Assert.Equal(1, semaphore.ForgetPermits(3));
        Assert.Equal(0, semaphore.AvailablePermits);
    }

    [Fact]
    public void MisuseIsCaught()
    {
        AsyncSemaphore semaphore = new(1);
        Assert.True(semaphore.TryAcquire(out SemaphorePermit permit));
        SemaphorePermit copy = permit;
        permit.Dispose();
        Assert.Throws<ObjectDisposedException>(permit.Dispose);
        Assert.Throws<ObjectDisposedException>(() => copy.Count);

        // The pooled object serves another guard now: the stale one must not release it.
        Assert.True(semaphore.TryAcquire(out SemaphorePermit next));
        Assert.Throws<ObjectDisposedException>(copy.Dispose);
        Assert.Equal(0, semaphore.AvailablePermits);
        next.Dispose();
        default(SemaphorePermit).Dispose();
        Assert.Throws<InvalidOperationException>(() => semaphore.AddPermits(AsyncSemaphore.MaxPermits));
        Assert.Equal(1, semaphore.AvailablePermits);
        Assert.Throws<ArgumentOutOfRangeException>(() => new AsyncSemaphore(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => semaphore.AcquireManyAsync(-1));
    }

    [Fact]
    public void BlockingWaitsOnAPlainThread()
    {
        AsyncSemaphore semaphore = new(0);
        Host.OnThread(() =>
        {
            Thread giver = new(() => semaphore.AddPermits(2));
            giver.Start();
            using SemaphorePermit permit = semaphore.AcquireMany(2);
            giver.Join();
        });
        Assert.Equal(2, semaphore.AvailablePermits);
    }

    [Fact]
    public void BlockingInsideAsyncCodeThrowsTheRemedy() => Host.Run(_ =>
    {
        AsyncSemaphore semaphore = new(1);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => semaphore.Acquire());
        Assert.Contains("AcquireAsync", error.Message, StringComparison.Ordinal);
        Assert.Contains("SpawnBlocking", error.Message, StringComparison.Ordinal);
        return Future.Completed;
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void BlockingInsideSpawnBlockingWorks(Where where) => Host.Run(where, async _ =>
    {
        AsyncSemaphore semaphore = new(0);
        JoinHandle<int> blocked = Kio.SpawnBlocking(() =>
        {
            using SemaphorePermit permit = semaphore.Acquire();
            return permit.Count;
        });
        semaphore.AddPermits(1);
        Assert.Equal(1, await blocked);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void AcquiringIsCooperative(Where where) => Host.Run(where, async spawner =>
    {
        AsyncSemaphore semaphore = new(1);
        bool stop = false;
        Job greedy = spawner.Spawn(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                (await semaphore.AcquireAsync()).Dispose();
            }
        });
        await Spawner.Settle();
        Volatile.Write(ref stop, true);
        await greedy.Join();
    });

    [Fact]
    public void AFutureThatIsNeverAwaitedTakesNothing()
    {
        AsyncSemaphore semaphore = new(1);
        Future<SemaphorePermit> never = semaphore.AcquireAsync();
        Assert.NotNull(never.Source);
        Assert.Equal(1, semaphore.AvailablePermits);
    }

    [Fact]
    public void MergingMoreThanAGuardCanHaveChangesNothing()
    {
        AsyncSemaphore semaphore = new(AsyncSemaphore.MaxPermits);
        Assert.True(semaphore.TryAcquireMany(AsyncSemaphore.MaxPermits, out SemaphorePermit many));
        semaphore.AddPermits(2);
        Assert.True(semaphore.TryAcquireMany(2, out SemaphorePermit few));
        Assert.Throws<ArgumentException>(() => many.Merge(few));
        Assert.Equal(2, few.Count);
        few.Dispose();
        Assert.Equal(2, semaphore.AvailablePermits);
        Assert.Throws<InvalidOperationException>(many.Dispose); // There would be more than a semaphore can have.
    }
}
