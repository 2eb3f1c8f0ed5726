using System;
using System.Collections.Generic;
using System.Threading;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>Blocking forms: in futures each throws and names what to await; on plain threads each blocks until it has what it waits for.</summary>
public sealed class BlockingFormTests
{
    public static TheoryData<string> Forms => [.. Make().Keys];

    [Theory]
    [MemberData(nameof(Forms))]
    public void InAFutureItThrowsAndNamesTheRemedy(string name) => Host.Run(async _ =>
    {
        (Action block, Action _, string remedy) = Make()[name];
        await Kio.YieldNow();
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(block);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains($"Await {remedy} instead", error.Message, StringComparison.Ordinal);
        Assert.Contains("Kio.SpawnBlocking", error.Message, StringComparison.Ordinal);
    });

    [Theory]
    [MemberData(nameof(Forms))]
    public void OnAThreadItBlocksUntilItHasWhatItWaitsFor(string name) => Host.OnThread(() =>
    {
        (Action block, Action release, string _) = Make()[name];
        using ManualResetEventSlim begun = new();
        bool released = false;
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                begun.Set();
                block();
                Assert.True(Volatile.Read(ref released));
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        begun.Wait();
        for (int i = 0; i < 1000; i++)
        {
            Thread.Yield(); // It sleeps by now, as a rule; it must not have come back in any case.
        }

        Volatile.Write(ref released, true);
        release();
        thread.Join();
        Assert.Null(failure);
    });

    private static Dictionary<string, (Action Block, Action Release, string Remedy)> Make()
    {
        Dictionary<string, (Action, Action, string)> forms = [];
        Mutex<int> mutex = new(0);
        mutex.TryLock(out MutexGuard<int> locked);
        forms["Mutex.Lock"] = (() => mutex.Lock().Dispose(), locked.Dispose, "LockAsync");

        RwLock<int> read = new(0);
        read.TryWrite(out RwLockWriteGuard<int> written);
        forms["RwLock.Read"] = (() => read.Read().Dispose(), written.Dispose, "ReadAsync");

        RwLock<int> write = new(0);
        write.TryRead(out RwLockReadGuard<int> reading);
        forms["RwLock.Write"] = (() => write.Write().Dispose(), reading.Dispose, "WriteAsync");

        AsyncSemaphore semaphore = new(0);
        forms["AsyncSemaphore.Acquire"] = (() => semaphore.Acquire().Dispose(), () => semaphore.AddPermits(1), "AcquireAsync");

        AsyncSemaphore many = new(1);
        forms["AsyncSemaphore.AcquireMany"] = (() => many.AcquireMany(2).Dispose(), () => many.AddPermits(1), "AcquireManyAsync");

        Notify notify = new();
        forms["Notify.Notified"] = (notify.Notified, notify.NotifyOne, "NotifiedAsync");

        AsyncBarrier barrier = new(2);
        forms["AsyncBarrier.SignalAndWait"] = (() => barrier.SignalAndWait(), () => barrier.SignalAndWait(), "WaitAsync");

        SetOnce<int> cell = new();
        forms["SetOnce.WaitForValue"] = (() => Assert.Equal(1, cell.WaitForValue()), () => cell.TrySet(1), "WaitAsync");

        OnceCell<int> made = new();
        Notify making = new();
        forms["OnceCell.GetOrInit"] = (() => Assert.Equal(1, made.GetOrInit(() => Make(making))), making.NotifyOne, "GetOrInitAsync");

        Notify lazily = new();
        AsyncLazy<int> lazy = new(() => Make(lazily));
        forms["AsyncLazy.Get"] = (() => Assert.Equal(1, lazy.Get()), lazily.NotifyOne, "GetAsync");

        (OneshotSender<int> one, OneshotReceiver<int> other) = Oneshot.Create<int>();
        forms["OneshotReceiver.Recv"] = (() => Assert.Equal(1, other.Recv().Value), () => one.Send(1), "RecvAsync");

        (MpscSender<int> full, MpscReceiver<int> emptied) = Mpsc.Create<int>(1);
        full.TrySend(0);
        forms["MpscSender.Send"] = (() => Assert.True(full.Send(1).IsSent), () => emptied.TryRecv(out int _), "SendAsync");

        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        forms["MpscReceiver.Recv"] = (() => Assert.Equal(1, receiver.Recv().Value), () => sender.TrySend(1), "RecvAsync");

        (MpscSender<int> filling, MpscReceiver<int> taking) = Mpsc.Create<int>(1);
        forms["MpscReceiver.RecvMany"] =
            (() => Assert.Equal(1, taking.RecvMany(new List<int>(), 4)), () => filling.TrySend(1), "RecvManyAsync");

        (MpmcSender<int> crowded, MpmcReceiver<int> drained) = Mpmc.Create<int>(1);
        crowded.TrySend(0);
        forms["MpmcSender.Send"] = (() => Assert.True(crowded.Send(1).IsSent), () => drained.TryRecv(out int _), "SendAsync");

        (MpmcSender<int> giving, MpmcReceiver<int> getting) = Mpmc.Create<int>(1);
        forms["MpmcReceiver.Recv"] = (() => Assert.Equal(1, getting.Recv().Value), () => giving.TrySend(1), "RecvAsync");

        (MpmcSender<int> heaping, MpmcReceiver<int> sharing) = Mpmc.Create<int>(1);
        forms["MpmcReceiver.RecvMany"] =
            (() => Assert.Equal(1, sharing.RecvMany(new List<int>(), 4)), () => heaping.TrySend(1), "RecvManyAsync");

        (BroadcastSender<int> tower, BroadcastReceiver<int> recorder) = Broadcast.Create<int>(1);
        forms["BroadcastReceiver.RecvMany"] =
            (() => Assert.Equal(1, recorder.RecvMany(new List<int>(), 4).Value), () => tower.Send(1), "RecvManyAsync");

        (BroadcastSender<int> radio, BroadcastReceiver<int> listener) = Broadcast.Create<int>(1);
        forms["BroadcastReceiver.Recv"] = (() => Assert.Equal(1, listener.Recv().Value), () => radio.Send(1), "RecvAsync");

        (LosslessSender<int> lossless, BroadcastReceiver<int> slow) = Broadcast.CreateLossless<int>(1);
        lossless.TrySend(0);
        forms["LosslessSender.Send"] =
            (() => Assert.True(lossless.Send(1).IsSent), () => slow.TryRecv(out BroadcastRecvResult<int> _), "SendAsync");

        (WatchSender<int> setting, WatchReceiver<int> watching) = Watch.Create(0);
        forms["WatchReceiver.Changed"] = (() => Assert.True(watching.Changed()), () => setting.Send(1), "ChangedAsync");

        (WatchSender<int> rising, WatchReceiver<int> waiting) = Watch.Create(0);
        forms["WatchReceiver.WaitFor"] =
            (() => Assert.Equal(2, waiting.WaitFor(static value => value == 2).Value), () => rising.Send(2), "WaitForAsync");
        return forms;
    }

    private static async Future<int> Make(Notify go)
    {
        await go.NotifiedAsync();
        return 1;
    }
}
