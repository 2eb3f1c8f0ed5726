using System;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>Guards are structs around pooled leases, which all kinds of locks share: a stale one says so, whatever its lease serves now.</summary>
public sealed class StaleGuardTests
{
    [Fact]
    public void AReadGuardWhoseLeaseServesASemaphore()
    {
        RwLock<int> rwLock = new(0);
        AsyncSemaphore semaphore = new(3);
        Assert.True(rwLock.TryRead(out RwLockReadGuard<int> guard));
        guard.Dispose();
        Assert.True(semaphore.TryAcquire(out SemaphorePermit permit)); // From the same pool.
        Assert.Throws<ObjectDisposedException>(guard.Dispose);
        Assert.Throws<ObjectDisposedException>(() => guard.Value);
        Assert.Throws<ObjectDisposedException>(() => guard.TryUpgrade(out _));
        permit.Dispose();
        Assert.Equal(3, semaphore.AvailablePermits);
    }

    [Fact]
    public void AReadGuardWhoseLeaseServesALockOfAnotherType()
    {
        RwLock<int> first = new(0);
        RwLock<string> second = new("");
        Assert.True(first.TryRead(out RwLockReadGuard<int> guard));
        guard.Dispose();
        Assert.True(second.TryRead(out RwLockReadGuard<string> other));
        Assert.Throws<ObjectDisposedException>(guard.Dispose);
        other.Dispose();
        Assert.True(second.TryWrite(out RwLockWriteGuard<string> writer));
        writer.Dispose();
    }

    [Fact]
    public void APermitWhoseLeaseServesAChannelOrALock()
    {
        AsyncSemaphore semaphore = new(1);
        RwLock<string> rwLock = new("");
        (MpscSender<int> sender, _) = Mpsc.Create<int>(4);
        Assert.True(semaphore.TryAcquire(out SemaphorePermit permit));
        permit.Dispose();
        Assert.True(sender.TryReserve(out MpscPermit<int> place));
        Assert.Throws<ObjectDisposedException>(permit.Dispose);
        Assert.Throws<ObjectDisposedException>(() => permit.TrySplit(1, out _));
        Assert.Throws<ObjectDisposedException>(permit.Forget);
        place.Send(1);
        Assert.Throws<ObjectDisposedException>(() => place.Send(2));
        Assert.True(rwLock.TryRead(out RwLockReadGuard<string> reader));
        Assert.Throws<ObjectDisposedException>(permit.Dispose);
        place.Dispose(); // Used up: it does nothing.
        reader.Dispose();
        Assert.Equal(1, semaphore.AvailablePermits);
    }

    [Fact]
    public void AGuardThatNeverWasOneSaysSoAndWhatMakesOne()
    {
        Mutex<int> mutex = new(0);
        Assert.True(mutex.TryLock(out MutexGuard<int> held));
        Assert.False(mutex.TryLock(out MutexGuard<int> guard));
        Tells("Mutex.LockAsync", () => guard.Value);
        Tells("Mutex.LockAsync", () => guard.Map(static (ref int all) => ref all));
        Tells("RwLock.ReadAsync", static () => default(RwLockReadGuard<int>).Value);
        Tells("RwLock.WriteAsync", static () => default(RwLockWriteGuard<int>).Downgrade());
        Tells("Map", static () => default(MappedMutexGuard<int, int>).Value);
        Tells("AsyncSemaphore.AcquireAsync", static () => default(SemaphorePermit).Count);
        Tells("MpscSender.ReserveAsync", static () =>
        {
            default(MpscPermit<int>).Send(1);
            return 0;
        });
        guard.Dispose();
        default(MpscPermit<int>).Dispose();
        held.Dispose();

        static void Tells<T>(string source, Func<T> use)
        {
            InvalidOperationException told = Assert.Throws<InvalidOperationException>(() => use());
            Assert.Contains(source, told.Message);
            Assert.Contains("default value", told.Message);
        }
    }
}
