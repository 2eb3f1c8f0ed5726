using System;
using System.Runtime.ExceptionServices;
using System.Threading;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>Exception filters and first-chance handlers run where the exception is thrown: that must not be under a lock.</summary>
public sealed class ErrorsOutsideLocksTests
{
    [Fact]
    public void AFilterMayUseTheSemaphoreThatGotTooManyPermits() => InTime(static () =>
    {
        AsyncSemaphore semaphore = new(1);
        Thread waiting = new(() => semaphore.AcquireMany(5).Dispose()) { IsBackground = true };
        waiting.Start();
        Assert.True(SpinWait.SpinUntil(() => !semaphore.TryAcquireMany(0, out _), TimeSpan.FromSeconds(30)), "nobody waits");
        int forgotten = -1;
        try
        {
            semaphore.AddPermits(AsyncSemaphore.MaxPermits);
        }
        catch (InvalidOperationException) when ((forgotten = semaphore.ForgetPermits(0)) == 0)
        {
        }

        Assert.Equal(0, forgotten);
        semaphore.AddPermits(4);
        waiting.Join();
        Assert.Equal(5, semaphore.AvailablePermits);
    });

    [Fact]
    public void AFilterMayUseTheNotifiedThatWasDisposed() => InTime(static () =>
    {
        Notified notified = new Notify().CreateNotified();
        notified.Dispose();
        bool filtered = false;
        try
        {
            notified.Enable();
        }
        catch (ObjectDisposedException) when (DisposeAgain())
        {
        }

        Assert.True(filtered);

        bool DisposeAgain()
        {
            notified.Dispose();
            return filtered = true;
        }
    });

    [Fact]
    public void AHandlerMayLookAtTheBroadcastReceiverThatIsBusy() => InTime(static () =>
    {
        (BroadcastSender<int> sender, BroadcastReceiver<int> receiver) = Broadcast.Create<int>(4);
        int seen = -1;
        void Look(object? source, FirstChanceExceptionEventArgs e)
        {
            if (e.Exception is InvalidOperationException && e.Exception.Message.StartsWith("Another operation", StringComparison.Ordinal))
            {
                seen = receiver.Count;
            }
        }

        AppDomain.CurrentDomain.FirstChanceException += Look;
        try
        {
            Host.Run(async _ => await Assert.ThrowsAsync<InvalidOperationException>(
                async () => await Kio.TryJoin(receiver.RecvAsync(), receiver.RecvAsync())));
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Look;
        }

        Assert.Equal(0, seen);
        sender.Dispose();
    });

    private static void InTime(Action test)
    {
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                test();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        })
        { IsBackground = true };
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromSeconds(60)), "it waits for its own lock");
        Assert.Null(failure);
    }
}
