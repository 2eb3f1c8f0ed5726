using System.Threading;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>A permit that was given to a future which its task keeps but does not poll goes to somebody else.</summary>
public sealed class FuturelockTests
{
    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void AParkedArmDoesNotHoldALockHostageFromItsOwnTask(Where where) => Host.Run(where, async spawner =>
    {
        Mutex<int> mutex = new(0);
        MutexGuard<int> held = await mutex.LockAsync();
        using Parked<MutexGuard<int>> arm = new(mutex.LockAsync());
        Assert.False(arm.Poll());
        Job holder = spawner.Spawn(async () =>
        {
            await Kio.YieldNow();
            held.Dispose();
        });

        // The same task wants the lock again, while the arm stands before it in the queue and is not polled.
        (await mutex.LockAsync()).Dispose();
        await holder.Join();
        while (!arm.Poll())
        {
            await Kio.YieldNow();
        }

        arm.Result().Dispose();
        Assert.False(mutex.IsLocked);
    });

    [Theory]
    [InlineData(Where.MultiThread)]
    [InlineData(Where.OneWorker)]
    [InlineData(Where.CurrentThread)]
    [InlineData(Where.LocalSet)]
    [InlineData(Where.NoRuntime)]
    public void AParkedArmDoesNotHoldALockHostageFromOthers(Where where) => Host.Run(where, async spawner =>
    {
        Mutex<int> mutex = new(0);
        Notify end = new();
        MutexGuard<int> held = await mutex.LockAsync();
        bool parked = false;
        Job hoarder = spawner.Spawn(async () =>
        {
            using Parked<MutexGuard<int>> arm = new(mutex.LockAsync());
            Assert.False(arm.Poll());
            Volatile.Write(ref parked, true);
            await end.NotifiedAsync();
        });
        await Spawner.Until(() => Volatile.Read(ref parked));
        Job second = spawner.Spawn(async () => (await mutex.LockAsync()).Dispose());
        await Spawner.Settle();
        held.Dispose();
        await second.Join();
        Assert.False(mutex.IsLocked);
        end.NotifyOne();
        await hoarder.Join();
        Assert.True(mutex.TryLock(out _));
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ATaskThatYieldsForEverDoesNotEither(Where where) => Host.Run(where, async spawner =>
    {
        AsyncSemaphore semaphore = new(0);
        bool stop = false;
        bool parked = false;
        Job hoarder = spawner.Spawn(async () =>
        {
            using Parked<SemaphorePermit> arm = new(semaphore.AcquireAsync());
            Assert.False(arm.Poll());
            Volatile.Write(ref parked, true);
            while (!Volatile.Read(ref stop))
            {
                await Kio.YieldNow();
            }
        });
        await Spawner.Until(() => Volatile.Read(ref parked));
        Job second = spawner.Spawn(async () => (await semaphore.AcquireAsync()).Forget());
        await Spawner.Settle();
        semaphore.AddPermits(1);
        await second.Join();
        Volatile.Write(ref stop, true);
        await hoarder.Join();
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void WhoWasPassedOverIsFirstWhenItIsPolledAgain(Where where) => Host.Run(where, async spawner =>
    {
        AsyncSemaphore semaphore = new(0);
        using Parked<SemaphorePermit> arm = new(semaphore.AcquireAsync());
        Assert.False(arm.Poll());
        Job second = spawner.Spawn(async () => (await semaphore.AcquireAsync()).Forget());
        await Spawner.Settle();
        semaphore.AddPermits(1);
        await second.Join();
        int third = 0;
        Job late = spawner.Spawn(async () =>
        {
            (await semaphore.AcquireAsync()).Forget();
            Volatile.Write(ref third, 1);
        });
        await Spawner.Settle();
        Assert.False(arm.Poll());
        semaphore.AddPermits(1);
        Assert.True(arm.Poll());
        arm.Result().Forget();
        await Spawner.Settle();
        Assert.Equal(0, Volatile.Read(ref third));
        semaphore.AddPermits(1);
        await late.Join();
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void APermitThatNobodyElseWantsIsFreeAgain(Where where) => Host.Run(where, async _ =>
    {
        AsyncSemaphore semaphore = new(0);
        using Parked<SemaphorePermit> arm = new(semaphore.AcquireAsync());
        Assert.False(arm.Poll());
        semaphore.AddPermits(1);
        await Spawner.Until(() => semaphore.AvailablePermits == 1);
        Assert.True(arm.Poll());
        arm.Result().Dispose();
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void ANotificationIsPassedOnToo(Where where) => Host.Run(where, async spawner =>
    {
        Notify notify = new();
        using Parked<Unit> arm = Parked<Unit>.Of(notify.NotifiedAsync());
        Assert.False(arm.Poll());
        Job second = spawner.Spawn(async () => await notify.NotifiedAsync());
        await Spawner.Settle();
        notify.NotifyOne();
        await second.Join();
        Assert.False(arm.Poll());
        notify.NotifyOne();
        Assert.True(arm.Poll());
        arm.Result();
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void AReservedPlaceOfAClosedChannelComesBack(Where where) => Host.Run(where, async spawner =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        await sender.SendAsync(1);
        using Parked<SendResult<int>> arm = new(sender.SendAsync(2));
        Assert.False(arm.Poll());
        receiver.Close();
        Job reader = spawner.Spawn(async () =>
        {
            Assert.Equal(1, (await receiver.RecvAsync()).Value);
            Assert.True((await receiver.RecvAsync()).IsClosed);
        });
        await reader.Join();
        Assert.True(arm.Poll());
        Assert.True(arm.Result().IsClosed);
    });
}
