using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Linq;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>The meter counts what waits, while somebody listens, and nothing else.</summary>
public sealed class MeterTests
{
    [Fact]
    public void Waits_contention_and_queue_lengths_are_counted_by_operation()
    {
        using Listener listener = new();
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().ForTests().Build();
        runtime.BlockOn(async () =>
        {
            Mutex<int> mutex = new(0);
            MutexGuard<int> guard = await mutex.LockAsync();
            Assert.Empty(listener.Seen("mutex.lock"));
            JoinHandle[] waiters = [Kio.Spawn(Lock(mutex)), Kio.Spawn(Lock(mutex)), Kio.Spawn(Lock(mutex))];
            await Kio.YieldNow();
            await Kio.YieldNow();
            guard.Dispose();
            foreach (JoinHandle waiter in waiters)
            {
                await waiter;
            }
        });
        Assert.Equal(3, listener.Sum("kioto.sync.waits", "mutex.lock"));
        Assert.Equal(3, listener.Sum("kioto.sync.contended_acquires", "mutex.lock"));
        Assert.Equal([1, 2, 3], listener.Values("kioto.sync.queue.length", "mutex.lock"));

        static async Future Lock(Mutex<int> mutex) => (await mutex.LockAsync()).Dispose();
    }

    [Fact]
    public void Every_operation_that_waits_is_counted_once()
    {
        using Listener listener = new();
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().ForTests().Build();
        runtime.BlockOn(async () =>
        {
            RwLock<int> rwLock = new(0);
            AsyncSemaphore semaphore = new(0);
            OnceCell<int> cell = new();
            SetOnce<int> once = new();
            Notify notify = new();
            AsyncBarrier barrier = new(2);
            (MpscSender<int> mpscSender, MpscReceiver<int> mpscReceiver) = Mpsc.Create<int>(1);
            (MpscSender<int> fullSender, MpscReceiver<int> fullReceiver) = Mpsc.Create<int>(1);
            (MpmcSender<int> mpmcSender, MpmcReceiver<int> mpmcReceiver) = Mpmc.Create<int>(1);
            (MpmcSender<int> fullMpmc, MpmcReceiver<int> fullMpmcReceiver) = Mpmc.Create<int>(1);
            (BroadcastSender<int> broadcastSender, BroadcastReceiver<int> broadcastReceiver) = Broadcast.Create<int>(4);
            (LosslessSender<int> losslessSender, BroadcastReceiver<int> losslessReceiver) = Broadcast.CreateLossless<int>(1);
            (WatchSender<int> watchSender, WatchReceiver<int> watchReceiver) = Watch.Create(0);
            (OneshotSender<int> oneshotSender, OneshotReceiver<int> oneshotReceiver) = Oneshot.Create<int>();
            RwLockWriteGuard<int> writes = await rwLock.WriteAsync();
            Assert.True(fullSender.TrySend(1).IsSent);
            Assert.True(fullMpmc.TrySend(1).IsSent);
            Assert.True(losslessSender.TrySend(1).IsSent);
            Kio.Detach(async () => { await cell.GetOrInitAsync(async () => { await notify.NotifiedAsync(); return 1; }); });
            JoinHandle[] waiters =
            [
                Kio.Spawn(async () => (await rwLock.ReadAsync()).Dispose()),
                Kio.Spawn(async () => (await semaphore.AcquireAsync()).Dispose()),
                Kio.Spawn(async () => { await cell.GetOrInitAsync(static () => Future.FromResult(2)); }),
                Kio.Spawn(async () => { await once.WaitAsync(); }),
                Kio.Spawn(async () => { await barrier.WaitAsync(); }),
                Kio.Spawn(async () => { await mpscReceiver.RecvAsync(); }),
                Kio.Spawn(async () => { await fullSender.SendAsync(2); }),
                Kio.Spawn(async () => { await mpmcReceiver.RecvAsync(); }),
                Kio.Spawn(async () => { await fullMpmc.SendAsync(2); }),
                Kio.Spawn(async () => { await broadcastReceiver.RecvAsync(); }),
                Kio.Spawn(async () => { await losslessSender.SendAsync(2); }),
                Kio.Spawn(async () => { await watchReceiver.ChangedAsync(); }),
                Kio.Spawn(async () => { await watchSender.ClosedAsync(); }),
                Kio.Spawn(async () => { await oneshotReceiver.RecvAsync(); }),
            ];
            for (int i = 0; i < 8; i++)
            {
                await Kio.YieldNow();
            }

            writes.Dispose();
            semaphore.AddPermits(1);
            notify.NotifyOne();
            once.TrySet(1);
            await barrier.WaitAsync();
            mpscSender.TrySend(1);
            await fullReceiver.RecvAsync();
            mpmcSender.TrySend(1);
            await fullMpmcReceiver.RecvAsync();
            broadcastSender.Send(1);
            await losslessReceiver.RecvAsync();
            watchSender.Send(1);
            await waiters[11];
            watchReceiver.Dispose();
            oneshotSender.Send(1);
            foreach (JoinHandle waiter in waiters)
            {
                await waiter;
            }
        });
        string[] expected =
        [
            "barrier.wait", "broadcast.receive", "broadcast.send", "channel.closed", "mpmc.receive", "mpmc.send", "mpsc.receive", "mpsc.send",
            "notify.wait", "once_cell.get", "oneshot.receive", "rwlock.acquire", "semaphore.acquire", "set_once.wait", "watch.change",
        ];
        Assert.Equal(expected, listener.Operations("kioto.sync.waits"));
        Assert.All(expected, operation => Assert.Equal(1, listener.Sum("kioto.sync.waits", operation)));
    }

    [Fact]
    public void What_is_had_at_once_is_not_counted()
    {
        using Listener listener = new();
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().ForTests().Build();
        runtime.BlockOn(async () =>
        {
            Mutex<int> mutex = new(0);
            (await mutex.LockAsync()).Dispose();
            Assert.True(mutex.TryLock(out MutexGuard<int> guard));
            Assert.False(mutex.TryLock(out _));
            guard.Dispose();
            Notify notify = new();
            notify.NotifyOne();
            await notify.NotifiedAsync();
            (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
            await sender.SendAsync(1);
            await receiver.RecvAsync();
        });
        Assert.Empty(listener.All);
    }

    [Fact]
    public void A_lock_that_is_passed_on_is_counted()
    {
        using Listener listener = new();
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().ForTests().Build();
        runtime.BlockOn(async () =>
        {
            Mutex<int> mutex = new(0);
            MutexGuard<int> guard = await mutex.LockAsync();
            await using Pinned<MutexGuard<int>> parked = Kio.Pin(mutex.LockAsync());
            await Kio.Select(parked, Kio.YieldNow());
            guard.Dispose();
            for (int i = 0; i < 4; i++)
            {
                await Kio.YieldNow(); // One that yields may have run out of budget: it gets another turn.
            }

            using MutexGuard<int> other = await mutex.LockAsync();
        });
        Assert.Equal(1, listener.Sum("kioto.sync.passed_on", "mutex.lock"));
        Assert.Equal(1, listener.Sum("kioto.sync.waits", "mutex.lock"));
    }

    [Fact]
    public void A_listener_that_throws_breaks_no_lock()
    {
        using Listener listener = new() { Throws = true };
        List<Exception> failures = [];
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().OnUnhandledFailure(failures.Add).Build();
        runtime.BlockOn(async () =>
        {
            Mutex<int> mutex = new(0);
            MutexGuard<int> guard = await mutex.LockAsync();
            JoinHandle waiter = Kio.Spawn(async () => (await mutex.LockAsync()).Dispose());
            await Kio.YieldNow();
            guard.Dispose();
            await waiter;
        });
        Assert.All(failures, failure => Assert.IsType<NotSupportedException>(failure));
        Assert.NotEmpty(failures);
    }

    // Of this thread alone: other tests wait too.
    private sealed class Listener : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly int _thread = Environment.CurrentManagedThreadId;
        private readonly List<(string Instrument, string Operation, long Value)> _all = [];

        internal Listener()
        {
            _listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Kioto" && instrument.Name.StartsWith("kioto.sync.", StringComparison.Ordinal))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.Start();
        }

        internal bool Throws { get; init; }

        internal IReadOnlyList<(string Instrument, string Operation, long Value)> All => _all;

        internal IEnumerable<(string Instrument, string Operation, long Value)> Seen(string operation) => _all.Where(one => one.Operation == operation);

        internal long[] Values(string instrument, string operation) =>
            [.. Seen(operation).Where(one => one.Instrument == instrument).Select(one => one.Value)];

        internal long Sum(string instrument, string operation) => Values(instrument, operation).Sum();

        internal string[] Operations(string instrument) =>
            [.. _all.Where(one => one.Instrument == instrument).Select(one => one.Operation).Distinct().Order(StringComparer.Ordinal)];

        public void Dispose() => _listener.Dispose();

        private void Add(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (Environment.CurrentManagedThreadId == _thread)
            {
                _all.Add((instrument.Name, (string)tags[0].Value!, value));
                Assert.Equal("kioto.sync.operation", tags[0].Key);
                if (Throws)
                {
                    throw new NotSupportedException("of a listener");
                }
            }
        }
    }
}
