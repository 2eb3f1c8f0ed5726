using System.Threading;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>
/// What is given to a future that a task keeps in a set, a pin, or another holder of futures, and does not poll, goes to
/// somebody else: such futures have strands of their own, which have no turns.
/// </summary>
public sealed class FuturelockOfHeldFuturesTests
{
    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void AFutureInASetThatNobodyPollsDoesNotHoldALockHostage(Where where) => Host.Run(where, async spawner =>
    {
        Mutex<int> mutex = new(0);
        MutexGuard<int> held = await mutex.LockAsync();
        await using FutureSet<MutexGuard<int>> set = new();
        set.Add(mutex.LockAsync());
        await PollOnce(set);
        Job holder = spawner.Spawn(async () =>
        {
            await Kio.YieldNow();
            held.Dispose();
        });

        // The set's future stands before this one in the queue, and its task does not poll it.
        (await mutex.LockAsync()).Dispose();
        await holder.Join();
        (await set.NextAsync()).Dispose();
        Assert.False(mutex.IsLocked);
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void ASetOfAnotherTaskDoesNotEither(Where where) => Host.Run(where, async spawner =>
    {
        Mutex<int> mutex = new(0);
        Notify end = new();
        MutexGuard<int> held = await mutex.LockAsync();
        bool waits = false;
        Job hoarder = spawner.Spawn(async () =>
        {
            await using FutureSet<MutexGuard<int>> set = new();
            set.Add(mutex.LockAsync());
            await PollOnce(set);
            Volatile.Write(ref waits, true);
            await end.NotifiedAsync();
        });
        await Spawner.Until(() => Volatile.Read(ref waits));
        Job second = spawner.Spawn(async () => (await mutex.LockAsync()).Dispose());
        await Spawner.Settle();
        held.Dispose();
        await second.Join();
        end.NotifyOne();
        await hoarder.Join();
        Assert.False(mutex.IsLocked);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ASetInsideASetDoesNotEither(Where where) => Host.Run(where, async spawner =>
    {
        Mutex<int> mutex = new(0);
        MutexGuard<int> held = await mutex.LockAsync();
        await using FutureSet<MutexGuard<int>> outer = new();
        outer.Add(Inner(mutex));
        await PollOnce(outer);
        Job holder = spawner.Spawn(async () =>
        {
            await Kio.YieldNow();
            held.Dispose();
        });
        (await mutex.LockAsync()).Dispose();
        await holder.Join();
        (await outer.NextAsync()).Dispose();
        Assert.False(mutex.IsLocked);

        static async Future<MutexGuard<int>> Inner(Mutex<int> mutex)
        {
            await using FutureSet<MutexGuard<int>> inner = new();
            inner.Add(mutex.LockAsync());
            return await inner.NextAsync();
        }
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void AFutureThatMovesToAnotherTaskIsPolledThereAndGetsItsPermit(Where where) => Host.Run(where, async spawner =>
    {
        AsyncSemaphore semaphore = new(0);
        FutureSet<SemaphorePermit> set = new();
        Job first = spawner.Spawn(async () =>
        {
            set.Add(semaphore.AcquireAsync());
            await PollOnce(set);
        });
        await first.Join();
        Job second = spawner.Spawn(async () => (await set.NextAsync()).Forget());
        await Spawner.Settle();
        semaphore.AddPermits(1); // Its first task has ended: it is passed over, and waits anew in the second one.
        await second.Join();
        Assert.Equal(0, semaphore.AvailablePermits);
        await set.DisposeAsync();
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void APinThatLostASelectDoesNotHoldALockHostage(Where where) => Host.Run(where, async spawner =>
    {
        Mutex<int> mutex = new(0);
        MutexGuard<int> held = await mutex.LockAsync();
        await using Pinned<MutexGuard<int>> pin = Kio.Pin(mutex.LockAsync());
        Selected<MutexGuard<int>, Unit> selected = await Kio.SelectBiased(pin, Kio.YieldNow());
        Assert.Equal(1, selected.Index);
        Job holder = spawner.Spawn(async () =>
        {
            await Kio.YieldNow();
            held.Dispose();
        });
        (await mutex.LockAsync()).Dispose();
        await holder.Join();
        (await pin).Dispose();
        Assert.False(mutex.IsLocked);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void NeitherDoesAReusableFuture(Where where) => Host.Run(where, async spawner =>
    {
        Mutex<int> mutex = new(0);
        MutexGuard<int> held = await mutex.LockAsync();
        ReusableFuture<MutexGuard<int>> reusable = new();
        reusable.Set(mutex.LockAsync());
        Assert.Equal(1, (await Kio.SelectBiased(reusable.WaitAsync(), Kio.YieldNow())).Index);
        await OthersLock(spawner, mutex, held);
        (await reusable.WaitAsync()).Dispose();
        Assert.False(mutex.IsLocked);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void NeitherDoesAMaybeDone(Where where) => Host.Run(where, async spawner =>
    {
        Mutex<int> mutex = new(0);
        MutexGuard<int> held = await mutex.LockAsync();
        MaybeDone<MutexGuard<int>> maybe = new(mutex.LockAsync());
        Assert.Equal(1, (await Kio.SelectBiased(maybe.WaitAsync().AsUnit(), Kio.YieldNow())).Index);
        await OthersLock(spawner, mutex, held);
        await maybe.WaitAsync();
        Assert.True(maybe.TryTake(out MutexGuard<int> guard));
        guard.Dispose();
        Assert.False(mutex.IsLocked);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void NeitherDoesASharedFuture(Where where) => Host.Run(where, async spawner =>
    {
        Mutex<int> mutex = new(0);
        MutexGuard<int> held = await mutex.LockAsync();
        SharedFuture<MutexGuard<int>> shared = mutex.LockAsync().Shared();
        Assert.Equal(1, (await Kio.SelectBiased(shared.AsFuture(), Kio.YieldNow())).Index);
        await OthersLock(spawner, mutex, held);
        (await shared).Dispose();
        Assert.False(mutex.IsLocked);
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void ManyChildrenOfOneSetShareALock(Where where) => Host.Run(where, async _ =>
    {
        const int Children = 400; // More than the set polls in one turn.
        AsyncSemaphore semaphore = new(2);
        int most = 0;
        int inside = 0;
        await using FutureSet<int> set = new();
        for (int i = 0; i < Children; i++)
        {
            set.Add(Work(i));
        }

        int sum = 0;
        for (int i = 0; i < Children; i++)
        {
            sum += await set.NextAsync();
        }

        Assert.Equal(Children * (Children - 1) / 2, sum);
        Assert.Equal(2, semaphore.AvailablePermits);
        Assert.InRange(most, 1, 2);

        async Future<int> Work(int index)
        {
            using SemaphorePermit permit = await semaphore.AcquireAsync();
            most = int.Max(most, ++inside);
            await Kio.YieldNow();
            inside--;
            return index;
        }
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ANotificationForASetsChildIsPassedOn(Where where) => Host.Run(where, async spawner =>
    {
        Notify notify = new();
        await using FutureSet<Unit> set = new();
        set.Add(notify.NotifiedAsync().AsUnit());
        await PollOnce(set);
        Job second = spawner.Spawn(async () => await notify.NotifiedAsync());
        await Spawner.Settle();
        notify.NotifyOne();
        await second.Join();
        notify.NotifyOne();
        await set.NextAsync();
    });

    private static async Future OthersLock(Spawner spawner, Mutex<int> mutex, MutexGuard<int> held)
    {
        Job second = spawner.Spawn(async () => (await mutex.LockAsync()).Dispose());
        await Spawner.Settle();
        held.Dispose();
        await second.Join();
        (await mutex.LockAsync()).Dispose();
    }

    private static async Future PollOnce<T>(FutureSet<T> set) =>
        Assert.Equal(1, (await Kio.SelectBiased(set.NextAsync(), Kio.YieldNow())).Index);
}
