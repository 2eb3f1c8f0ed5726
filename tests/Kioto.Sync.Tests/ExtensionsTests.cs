using System;
using System.Threading;
using Kioto.Sync;

namespace Kioto.SyncTests;

public sealed class ExtensionsTests
{
    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void CancellingReachesAllBelowAndNothingAbove(Where where) => Host.Run(where, async spawner =>
    {
        using CancelToken root = new();
        using CancelToken child = root.CreateChild();
        using CancelToken grandchild = child.CreateChild();
        using CancelToken sibling = root.CreateChild();
        Job waiting = spawner.Spawn(async () => await grandchild.CancelledAsync());
        await Spawner.Settle();
        Assert.False(waiting.IsFinished);
        child.Cancel();
        Assert.True(child.IsCancelled && grandchild.IsCancelled);
        Assert.False(root.IsCancelled || sibling.IsCancelled);
        await waiting.Join();
        using CancelToken late = child.CreateChild();
        Assert.True(late.IsCancelled);
        root.Cancel();
        root.Cancel();
        Assert.True(sibling.IsCancelled);
        await sibling.CancelledAsync();
    });

    [Fact]
    public void StandsForDotnetsTokens() => Host.Run(async _ =>
    {
        using CancellationTokenSource source = new();
        using CancelToken below = new(source.Token);
        CancellationToken token = below;
        await source.CancelAsync();
        await below.CancelledAsync();
        Assert.True(token.IsCancellationRequested);
        Assert.Equal(token, below.ToCancellationToken());
    });

    [Fact]
    public void AGuardCancelsUnlessDisarmed()
    {
        using CancelToken first = new();
        using (first.CreateGuard())
        {
            Assert.False(first.IsCancelled);
        }

        Assert.True(first.IsCancelled);
        using CancelToken second = new();
        using (CancelGuard guard = second.CreateGuard())
        {
            Assert.Same(second, guard.Disarm());
            Assert.Null(guard.Disarm());
        }

        Assert.False(second.IsCancelled);
    }

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void RunsUntilCancelled(Where where) => Host.Run(where, async spawner =>
    {
        using CancelToken token = new();
        Assert.Equal(5, (await token.RunUntilCancelledAsync(Value(5))).Value);
        Assert.Equal(6, (await token.RunUntilCancelledAsync(Future.FromResult(6))).Value);
        Notify never = new();
        bool cleaned = false;
        Job job = spawner.Spawn(async () => Assert.True((await token.RunUntilCancelledAsync(Cleaning())).IsClosed));
        await Spawner.Settle();
        Assert.False(job.IsFinished);
        token.Cancel();
        await job.Join();
        Assert.True(Volatile.Read(ref cleaned));

        // Both at once: the future has completed.
        Assert.Equal(7, (await token.RunUntilCancelledAsync(Future.FromResult(7))).Value);
        Assert.True((await token.RunUntilCancelledAsync(Cleaning())).IsClosed);

        async Future<int> Cleaning()
        {
            try
            {
                await never.NotifiedAsync();
                return 1;
            }
            finally
            {
                await Kio.YieldNow();
                Volatile.Write(ref cleaned, true);
            }
        }

        static async Future<int> Value(int value)
        {
            await Kio.YieldNow();
            return value;
        }
    });

    [Fact]
    public void FailuresPassThrough() => Host.Run(async _ =>
    {
        using CancelToken token = new();
        await Assert.ThrowsAsync<FormatException>(async () => await token.RunUntilCancelledAsync(Fails()));

        static async Future<int> Fails()
        {
            await Kio.YieldNow();
            throw new FormatException();
        }
    });

    [Theory]
    [MemberData(nameof(Host.Runtimes), MemberType = typeof(Host))]
    public void AbortingReachesTheWorkAndWaitsForItsCleanup(Where where) => Host.Run(where, async spawner =>
    {
        using CancelToken token = new();
        bool began = false;
        bool cleaned = false;
        Job job = spawner.Spawn(async () => await token.RunUntilCancelledAsync(Cleaning()));
        await Spawner.Until(() => Volatile.Read(ref began));
        await job.Cancel();
        Assert.True(Volatile.Read(ref cleaned));

        async Future<int> Cleaning()
        {
            try
            {
                Volatile.Write(ref began, true);
                await new Notify().NotifiedAsync();
                return 1;
            }
            finally
            {
                await Kio.YieldNow();
                Volatile.Write(ref cleaned, true);
            }
        }
    });

    [Fact]
    public void AFutureWithoutAResultRunsUntilCancelledToo() => Host.Run(async spawner =>
    {
        using CancelToken token = new();
        Assert.True(await token.RunUntilCancelledAsync(Work()));
        Job job = spawner.Spawn(async () => Assert.False(await token.RunUntilCancelledAsync(new Notify().NotifiedAsync())));
        await Spawner.Settle();
        token.Cancel();
        await job.Join();

        static async Future Work() => await Kio.YieldNow();
    });

    [Fact]
    public void ATokenThatWasDisposedSaysSo() => Host.Run(async spawner =>
    {
        CancelToken token = new();
        Job waiting = spawner.Spawn(async () =>
            await Assert.ThrowsAsync<ObjectDisposedException>(async () => await token.CancelledAsync()));
        Notify go = new();
        Job running = spawner.Spawn(async () => Assert.True(await token.RunUntilCancelledAsync(go.NotifiedAsync())));
        await Spawner.Settle();
        token.Dispose();
        token.Dispose();
        await waiting.Join();
        go.NotifyOne();
        await running.Join(); // It ran to its end.
        Assert.False(token.IsCancelled);
        Assert.Throws<ObjectDisposedException>(() => token.Token);
        Assert.Throws<ObjectDisposedException>(token.CreateChild);
        Assert.Throws<ObjectDisposedException>(token.Cancel);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await token.CancelledAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await token.RunUntilCancelledAsync(Future.FromResult(1)));
    });

    [Fact]
    public void ATokenThatWasCancelledAndThenDisposedIsCancelled() => Host.Run(async _ =>
    {
        CancelToken token = new();
        token.Cancel();
        token.Dispose();
        token.Cancel();
        Assert.True(token.IsCancelled);
        Assert.True(token.Token.IsCancellationRequested);
        Assert.True(token.CreateChild().IsCancelled);
        Assert.True(await token.CancelledAsync());
        Assert.True((await token.RunUntilCancelledAsync(new Notify().NotifiedAsync().AsUnit())).IsClosed);
    });

    [Fact]
    public void ASemaphoreCanBePolled() => Host.Run(async spawner =>
    {
        AsyncSemaphore semaphore = new(1);
        using PollSemaphore polled = new(semaphore);
        SemaphorePermit first = await new Acquiring(polled).AsFuture();
        Assert.Equal(0, semaphore.AvailablePermits);
        Job waiting = spawner.Spawn(async () => (await new Acquiring(polled).AsFuture()).Dispose());
        await Spawner.Settle();
        Assert.False(waiting.IsFinished);
        first.Dispose();
        await waiting.Join();
        Assert.Equal(1, semaphore.AvailablePermits);
        semaphore.Close();
        await Assert.ThrowsAsync<ClosedException>(async () => await new Acquiring(polled).AsFuture());
    });

    [Fact]
    public void ASenderCanBePolled() => Host.Run(async spawner =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        using PollSender<int> polled = new(sender);
        Assert.Throws<InvalidOperationException>(() => polled.SendItem(1));
        Assert.True(await new Reserving(polled).AsFuture());
        Assert.True(await new Reserving(polled).AsFuture());
        polled.SendItem(1);
        Job waiting = spawner.Spawn(async () => Assert.True(await new Reserving(polled).AsFuture()));
        await Spawner.Settle();
        Assert.False(waiting.IsFinished);
        Assert.Equal(1, (await receiver.RecvAsync()).Value);
        await waiting.Join();
        Assert.True(polled.AbortSend());
        Assert.False(polled.AbortSend());
        receiver.Close();
        Assert.True(polled.IsClosed);
        Assert.False(await new Reserving(polled).AsFuture());
    });

    private sealed class Acquiring(PollSemaphore semaphore) : IFuture<SemaphorePermit>
    {
        public Poll<SemaphorePermit> Poll(ref PollContext context) => semaphore.PollAcquire(ref context);
    }

    private sealed class Reserving(PollSender<int> sender) : IFuture<bool>
    {
        public Poll<bool> Poll(ref PollContext context) => sender.PollReserve(ref context);
    }
}
