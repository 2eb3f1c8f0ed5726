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
}
