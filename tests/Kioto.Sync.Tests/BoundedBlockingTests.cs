using System;
using System.Collections.Generic;
using System.Threading;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>Blocking forms with a time or a token: what ends without the lock leaves nothing behind, and nobody is kept out.</summary>
public sealed class BoundedBlockingTests
{
    private delegate bool Bound(TimeSpan timeout, CancellationToken cancellationToken);

    public static TheoryData<string> Forms => [.. Make().Keys];

    [Theory]
    [MemberData(nameof(Forms))]
    public void WhenItsTimeIsOverItHasNothing(string name) => Host.OnThread(() =>
    {
        Form form = Make()[name];
        Assert.False(form.Try(TimeSpan.Zero, default));
        Assert.False(form.Try(TimeSpan.FromMilliseconds(2), default));
        Assert.Throws<ArgumentOutOfRangeException>(() => form.Try(TimeSpan.FromSeconds(-1), default));
        form.Release();
        Assert.True(form.Try(TimeSpan.Zero, default));
        Assert.True(form.Try(TimeSpan.FromMinutes(1), new CancellationToken(true))); // What is to be had is had.
        Assert.True(form.Try(Timeout.InfiniteTimeSpan, default));
    });

    [Theory]
    [MemberData(nameof(Forms))]
    public void WhenItsTokenIsCancelledItHasNothing(string name) => Host.OnThread(() =>
    {
        Form form = Make()[name];
        using CancellationTokenSource source = new();
        Exception? failure = null;
        Thread waits = new(() => failure = Record.Exception(() => form.Block(source.Token)));
        Thread tries = new(() => Record.Exception(() => form.Try(TimeSpan.FromMinutes(1), source.Token)));
        waits.Start();
        tries.Start();
        while (form.Waiting() < 2)
        {
            Thread.Yield();
        }

        source.Cancel();
        waits.Join();
        tries.Join();
        Assert.Equal(source.Token, Assert.IsType<OperationCanceledException>(failure).CancellationToken);
        Assert.Equal(0, form.Waiting());
        form.Release();
        form.Block(default);
        form.Block(CancellationToken.None);
    });

    [Theory]
    [MemberData(nameof(Forms))]
    public void ItGetsWhatIsReleasedMeanwhile(string name) => Host.OnThread(() =>
    {
        Form form = Make()[name];
        using CancellationTokenSource source = new();
        bool got = false;
        Thread tries = new(() => got = form.Try(TimeSpan.FromMinutes(1), source.Token));
        Thread waits = new(() => form.Block(source.Token));
        tries.Start();
        waits.Start();
        while (form.Waiting() < 2)
        {
            Thread.Yield();
        }

        form.Release();
        tries.Join();
        waits.Join();
        Assert.True(got);
    });

    [Theory]
    [MemberData(nameof(Forms))]
    public void InAFutureItThrowsAndNamesTheRemedy(string name) => Host.Run(async _ =>
    {
        Form form = Make()[name];
        await Kio.YieldNow();
        Assert.Contains("Async().Timeout instead", Assert.Throws<InvalidOperationException>(() => form.Try(TimeSpan.Zero, default)).Message);
        Assert.Contains("Async instead", Assert.Throws<InvalidOperationException>(() => form.Block(default)).Message);
    });

    [Fact]
    public void AClosedSemaphoreIsNoTimeOut() => Host.OnThread(static () =>
    {
        AsyncSemaphore semaphore = new(0);
        Exception? failure = null;
        Thread tries = new(() => failure = Record.Exception(() => semaphore.TryAcquire(TimeSpan.FromMinutes(1), out SemaphorePermit _)));
        tries.Start();
        semaphore.Close();
        tries.Join();
        Assert.IsType<ClosedException>(failure);
    });

    private static Dictionary<string, Form> Make()
    {
        Dictionary<string, Form> forms = [];
        Mutex<int> mutex = new(0);
        mutex.TryLock(out MutexGuard<int> locked);
        forms["Mutex"] = new Form(
            (timeout, token) => Ends(mutex.TryLock(timeout, out MutexGuard<int> guard, token), guard),
            token => mutex.Lock(token).Dispose(),
            locked.Dispose,
            mutex);

        RwLock<int> read = new(0);
        read.TryWrite(out RwLockWriteGuard<int> written);
        forms["RwLock.Read"] = new Form(
            (timeout, token) => Ends(read.TryRead(timeout, out RwLockReadGuard<int> guard, token), guard),
            token => read.Read(token).Dispose(),
            written.Dispose,
            read);

        RwLock<int> write = new(0);
        write.TryRead(out RwLockReadGuard<int> reading);
        forms["RwLock.Write"] = new Form(
            (timeout, token) => Ends(write.TryWrite(timeout, out RwLockWriteGuard<int> guard, token), guard),
            token => write.Write(token).Dispose(),
            reading.Dispose,
            write);

        AsyncSemaphore one = new(0);
        forms["AsyncSemaphore.Acquire"] = new Form(
            (timeout, token) => Ends(one.TryAcquire(timeout, out SemaphorePermit permit, token), permit),
            token => one.Acquire(token).Dispose(),
            () => one.AddPermits(1),
            one);

        AsyncSemaphore many = new(1);
        forms["AsyncSemaphore.AcquireMany"] = new Form(
            (timeout, token) => Ends(many.TryAcquireMany(2, timeout, out SemaphorePermit permit, token), permit),
            token => many.AcquireMany(2, token).Dispose(),
            () => many.AddPermits(1),
            many);
        return forms;
    }

    private static bool Ends<T>(bool acquired, T guard)
        where T : IDisposable
    {
        guard.Dispose(); // The default value does nothing.
        return acquired;
    }

    private sealed record Form(Bound Try, Action<CancellationToken> Block, Action Release, object Primitive)
    {
        internal int Waiting()
        {
            PrimitiveDescription read = new(new Holdings());
            ((IPrimitive)Primitive).Describe(read);
            return read.Waiters.Count;
        }
    }
}
