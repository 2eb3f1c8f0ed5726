using System.Threading;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>A future that was left in a queue when its task ended, without being cancelled, blocks nobody behind it.</summary>
public sealed class FuturelockOfEndedTasksTests
{
    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void AWaiterOfATaskThatHasEndedIsPassedOver(Where where) => Host.Run(where, async spawner =>
    {
        Mutex<int> mutex = new(0);
        MutexGuard<int> held = await mutex.LockAsync();
        Job forgetful = spawner.Spawn(() => Leave(mutex));
        await forgetful.Join();
        held.Dispose();
        (await mutex.LockAsync()).Dispose();
        Assert.False(mutex.IsLocked);
    });

    [Theory]
    [MemberData(nameof(Host.Runtimes), MemberType = typeof(Host))]
    public void ATaskThatWaitsForNothingElseAndIsAbortedLeavesWhatItWasGiven(Where where) => Host.Run(where, async spawner =>
    {
        for (int round = 0; round < 50; round++)
        {
            Mutex<int> mutex = new(0);
            Assert.True(mutex.TryLock(out MutexGuard<int> guard));
            Job aborted = spawner.Spawn(async () => (await mutex.LockAsync()).Dispose());
            Job next = spawner.Spawn(async () => (await mutex.LockAsync()).Dispose());
            await Spawner.Until(() => mutex.CountWaiters() == 2);
            guard.Dispose(); // Given to the first, which takes it, or is told first that it was aborted.
            aborted.Abort();
            await next.Join();

            // Passed over while it was not polled, it may have been given the lock again behind the next.
            await aborted.Cancel();
            Assert.False(mutex.IsLocked);
        }
    });

    [Fact]
    public void TasksThatARuntimeKillsLeaveWhatTheyWereGiven() => Host.OnThread(() =>
    {
        Mutex<int> mutex = new(0);
        AsyncSemaphore semaphore = new(0);
        Assert.True(mutex.TryLock(out MutexGuard<int> guard));
        Runtime runtime = Runtime.CreateCurrentThreadBuilder().ForTests().Build();
        runtime.BlockOn(async () =>
        {
            Kio.Detach(async () => (await mutex.LockAsync()).Dispose());
            Kio.Detach(async () => (await semaphore.AcquireAsync()).Forget());
            await Spawner.Until(() => mutex.CountWaiters() == 1 && semaphore.CountWaiters() == 1);
            guard.Dispose(); // Given to a task that is not polled any more.
            semaphore.AddPermits(1);
        });
        runtime.ShutdownBackground();
        runtime.Dispose();
        Assert.True(mutex.TryLock(out guard));
        guard.Dispose();
        Assert.Equal(1, semaphore.AvailablePermits);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void SoAreThoseBetweenOthers(Where where) => Host.Run(where, async spawner =>
    {
        AsyncSemaphore semaphore = new(0);
        Job first = spawner.Spawn(async () => (await semaphore.AcquireAsync()).Forget());
        await Spawner.Settle();
        Job forgetful = spawner.Spawn(() => Leave(semaphore));
        await forgetful.Join();
        Job last = spawner.Spawn(async () => (await semaphore.AcquireAsync()).Forget());
        await Spawner.Settle();
        semaphore.AddPermits(2);
        await first.Join();
        await last.Join();
        Assert.Equal(0, semaphore.AvailablePermits);
        semaphore.AddPermits(1);
        Assert.Equal(1, semaphore.AvailablePermits);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void APermitThatComesWhileTheTaskEndsIsPassedOn(Where where) => Host.Run(where, async spawner =>
    {
        AsyncSemaphore semaphore = new(0);
        Job forgetful = spawner.Spawn(async () =>
        {
            await Leave(semaphore);
            semaphore.AddPermits(1); // For its own waiter, in its last poll.
        });
        await forgetful.Join();
        await Spawner.Until(() => semaphore.AvailablePermits == 1);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ANotificationIsNotLostToATaskThatHasEnded(Where where) => Host.Run(where, async spawner =>
    {
        Notify notify = new();
        Job forgetful = spawner.Spawn(() => Leave(notify));
        await forgetful.Join();
        Job second = spawner.Spawn(async () => await notify.NotifiedAsync());
        await Spawner.Settle();
        notify.NotifyOne();
        await second.Join();
        notify.NotifyLast();
        await notify.NotifiedAsync();
    });

    [Theory]
    [InlineData(Where.MultiThread)]
    [InlineData(Where.CurrentThread)]
    [InlineData(Where.LocalSet)]
    public void AnAbortedTaskThatIsDroppedHoldsNothing(Where where) => Host.Run(where, async spawner =>
    {
        Mutex<int> mutex = new(0);
        MutexGuard<int> held = await mutex.LockAsync();
        TaskLatch waits = new();
        Job doomed = spawner.Spawn(() => LeaveAndWait(mutex, waits));
        await Spawner.Until(() => waits.IsSet);
        await doomed.Cancel();
        held.Dispose();
        (await mutex.LockAsync()).Dispose();
        Assert.False(mutex.IsLocked);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ATaskThatARuntimeDropsHoldsNothing(Where where) => Host.Run(where, async _ =>
    {
        Mutex<int> mutex = new(0);
        MutexGuard<int> held = await mutex.LockAsync();
        TaskLatch waits = new();
        await Kio.SpawnBlocking(() =>
        {
            using Runtime other = Runtime.CreateCurrentThreadBuilder().Build();
            other.BlockOn(async () =>
            {
                Kio.Detach(LeaveAndWait(mutex, waits));
                await Spawner.Until(() => waits.IsSet);
            });
        });
        held.Dispose();
        (await mutex.LockAsync()).Dispose();
        Assert.False(mutex.IsLocked);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WhatBlockOnHasLeftHoldsNothing(bool currentThread) => Host.OnThread(() =>
    {
        Mutex<int> mutex = new(0);
        RuntimeBuilder builder = currentThread ? Runtime.CreateCurrentThreadBuilder() : Runtime.CreateBuilder().WorkerThreads(1);
        using Runtime runtime = builder.Build();
        MutexGuard<int> held = mutex.Lock();
        runtime.BlockOn(() => Leave(mutex));
        held.Dispose();
        runtime.BlockOn(async () => (await mutex.LockAsync()).Dispose());
        Assert.False(mutex.IsLocked);
    });

    // A pin is to be disposed; this one isn't, and its future stays in the queue.
    private static Future Leave(Mutex<int> mutex) => Lose(Kio.Pin(mutex.LockAsync()));

    private static Future Leave(AsyncSemaphore semaphore) => Lose(Kio.Pin(semaphore.AcquireAsync()));

    private static Future Leave(Notify notify) => Lose(Kio.Pin(notify.NotifiedAsync()));

    private static async Future Lose<T>(Pinned<T> pin) =>
        Assert.Equal(1, (await Kio.SelectBiased(pin, Kio.YieldNow())).Index);

    private static async Future LeaveAndWait(Mutex<int> mutex, TaskLatch waits)
    {
        await Leave(mutex);
        waits.Set();
        await Future.Pending();
    }

    private sealed class TaskLatch
    {
        private bool _isSet;

        internal bool IsSet => Volatile.Read(ref _isSet);

        internal void Set() => Volatile.Write(ref _isSet, true);
    }
}
