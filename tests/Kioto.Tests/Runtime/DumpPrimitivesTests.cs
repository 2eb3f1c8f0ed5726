using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using Kioto.Sync;

namespace Kioto.Tests;

/// <summary>A dump says of every lock, signal and channel that tasks wait on who has it, and who waits in which order.</summary>
public sealed class DumpPrimitivesTests
{
    [Theory]
    [MemberData(nameof(Runtimes.WithWorkers), MemberType = typeof(Runtimes))]
    public void A_mutex_has_its_holder_and_its_queue(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        Mutex<int> mutex = new(0);
        Signal signal = new();
        JoinHandle holder = Spawn(runtime, async () =>
        {
            using MutexGuard<int> guard = await mutex.LockAsync();
            await signal.AsFuture();
        });
        WaitForHolders(runtime, 1);
        JoinHandle first = Queue(runtime, 1, async () => (await mutex.LockAsync()).Dispose());
        JoinHandle second = Queue(runtime, 2, async () => (await mutex.LockAsync()).Dispose());
        PrimitiveDump dump = Single(runtime);
        Assert.Equal("Mutex<Int32>", dump.Kind);
        Assert.Equal("locked", dump.State);
        Assert.Equal(0, dump.Available);
        Assert.False(dump.IsClosed);
        AssertParties(dump.Holders, (holder.Id, "lock", 1));
        AssertParties(dump.Waiters, (first.Id, "lock", 1), (second.Id, "lock", 1));
        Assert.Equal(
            $"#{dump.Number} Mutex<Int32>, locked\n  held by: task {holder.Id} (lock)\n  waiting: task {first.Id} (lock), task {second.Id} (lock)",
            dump.ToString());
        RuntimeDump all = runtime.Dump();
        int? number = all.Tasks.Single(task => task.Id == first.Id).WaitsFor!.Resource;
        Assert.Equal(number, Assert.Single(all.Primitives).Number);
        Assert.Contains($"\n#{number} Mutex<Int32>, locked\n", all.ToString(), StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(all.ToJson());
        JsonElement entry = Assert.Single(json.RootElement.GetProperty("primitives").EnumerateArray());
        Assert.Equal(number, entry.GetProperty("number").GetInt32());
        Assert.Equal("Mutex<Int32>", entry.GetProperty("kind").GetString());
        Assert.Equal("locked", entry.GetProperty("state").GetString());
        Assert.False(entry.GetProperty("isClosed").GetBoolean());
        Assert.Equal(0, entry.GetProperty("available").GetInt64());
        JsonElement waiter = entry.GetProperty("waiters")[1];
        Assert.Equal(second.Id.ToString(), waiter.GetProperty("task").GetRawText());
        Assert.Equal($"task {second.Id}", waiter.GetProperty("name").GetString());
        Assert.Equal("lock", waiter.GetProperty("role").GetString());
        Assert.Equal(1, waiter.GetProperty("permits").GetInt64());
        Assert.Equal(holder.Id.ToString(), entry.GetProperty("holders")[0].GetProperty("task").GetRawText());
        signal.Set();
        runtime.BlockOn(async () => await second);
        Assert.Empty(runtime.Dump().Primitives);
    });

    [Fact]
    public void An_RwLock_has_its_readers_and_who_reads_and_writes_next() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        RwLock<int> rwLock = new(0);
        Signal[] signals = [new(), new()];
        async Future Read(Signal signal)
        {
            using RwLockReadGuard<int> guard = await rwLock.ReadAsync();
            await signal.AsFuture();
        }

        JoinHandle[] readers = [Spawn(runtime, () => Read(signals[0])), Spawn(runtime, () => Read(signals[1]))];
        WaitForHolders(runtime, 2);
        JoinHandle writer = Queue(runtime, 1, async () => (await rwLock.WriteAsync()).Dispose());
        JoinHandle reader = Queue(runtime, 2, async () => (await rwLock.ReadAsync()).Dispose());
        PrimitiveDump dump = Single(runtime);
        Assert.Equal("RwLock<Int32>", dump.Kind);
        Assert.Equal("2 reading", dump.State);
        Assert.Equal(RwLock<int>.MaxReaders - 2, dump.Available);
        Assert.Equal(readers.Select(one => (TaskId?)one.Id).Order(ById), dump.Holders.Select(party => party.Task).Order(ById));
        Assert.All(dump.Holders, party => Assert.Equal("read", party.Role));
        AssertParties(dump.Waiters, (writer.Id, "write", RwLock<int>.MaxReaders), (reader.Id, "read", 1));
        Assert.Contains($"waiting: task {writer.Id} (write), task {reader.Id} (read)", dump.ToString(), StringComparison.Ordinal);
        signals[0].Set();
        signals[1].Set();
        runtime.BlockOn(async () => await reader);
    });

    [Fact]
    public void A_writer_is_the_holder_also_downgraded_and_upgraded() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        RwLock<int> rwLock = new(0);
        Signal[] signals = [new(), new(), new()];
        bool upgraded = false;
        JoinHandle holder = Spawn(runtime, async () =>
        {
            RwLockWriteGuard<int> writes = await rwLock.WriteAsync();
            await signals[0].AsFuture();
            RwLockReadGuard<int> reads = writes.Downgrade();
            await signals[1].AsFuture();
            Assert.True(reads.TryUpgrade(out writes));
            Volatile.Write(ref upgraded, true);
            await signals[2].AsFuture();
            writes.Dispose();
        });
        Dumps.WaitUntil(() => runtime.Dump().Tasks is [{ WaitsFor.Operation: "Signal.Poll" }]);
        JoinHandle waiter = Queue(runtime, 1, async () => (await rwLock.WriteAsync()).Dispose());
        PrimitiveDump dump = Single(runtime);
        Assert.Equal("locked", dump.State);
        AssertParties(dump.Holders, (holder.Id, "write", RwLock<int>.MaxReaders));
        signals[0].Set();
        Dumps.WaitUntil(() => Single(runtime).State == "1 reading");
        AssertParties(Single(runtime).Holders, (holder.Id, "read", 1));
        waiter.Abort();
        Dumps.WaitUntil(() => waiter.IsFinished);
        Assert.Empty(runtime.Dump().Primitives);
        signals[1].Set();
        Dumps.WaitUntil(() => Volatile.Read(ref upgraded) || holder.IsFinished);
        Assert.True(upgraded);
        _ = Queue(runtime, 1, async () => (await rwLock.ReadAsync()).Dispose());
        AssertParties(Single(runtime).Holders, (holder.Id, "write", RwLock<int>.MaxReaders));
        signals[2].Set();
        runtime.BlockOn(async () => await holder);
    });

    [Fact]
    public void A_semaphore_has_who_holds_permits_and_who_wants_how_many() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        AsyncSemaphore semaphore = new(5);
        Signal[] signals = [new(), new()];
        JoinHandle three = Spawn(runtime, async () =>
        {
            using SemaphorePermit permit = await semaphore.AcquireManyAsync(3);
            Assert.True(permit.TrySplit(1, out SemaphorePermit part));
            await signals[0].AsFuture();
            part.Dispose();
        });
        JoinHandle one = Spawn(runtime, async () =>
        {
            await Kio.YieldNow();
            Assert.True(semaphore.TryAcquire(out SemaphorePermit permit));
            await signals[1].AsFuture();
            permit.Dispose();
        });
        WaitForHolders(runtime, 2);
        JoinHandle many = Queue(runtime, 1, async () => (await semaphore.AcquireManyAsync(4)).Dispose());
        JoinHandle last = Queue(runtime, 2, async () => (await semaphore.AcquireAsync()).Dispose());
        PrimitiveDump dump = Single(runtime);
        Assert.Equal("AsyncSemaphore", dump.Kind);
        Assert.Equal(1, dump.Available);
        Assert.Equal(
            [(three.Id, 1L), (three.Id, 2L), (one.Id, 1L)],
            dump.Holders.Select(party => (party.Task!.Value, party.Permits))
                .OrderBy(held => held.Value == three.Id ? 0 : 1).ThenBy(held => held.Permits));
        AssertParties(dump.Waiters, (many.Id, "acquire", 4), (last.Id, "acquire", 1));
        Assert.Contains($"waiting: task {many.Id} (acquire, 4 permits), task {last.Id} (acquire)", dump.ToString(), StringComparison.Ordinal);
        signals[0].Set();
        signals[1].Set();
        runtime.BlockOn(async () => await last);
    });

    [Fact]
    public void Signals_have_their_waiters_in_order() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        Notify notify = new();
        AsyncBarrier barrier = new(3);
        SetOnce<string> once = new();
        OnceCell<int> cell = new();
        Signal signal = new();
        JoinHandle[] waiters = new JoinHandle[8];
        for (int i = 0; i < 2; i++)
        {
            waiters[i] = Queue(runtime, i + 1, async () => await notify.NotifiedAsync(), "Notify");
            waiters[2 + i] = Queue(runtime, i + 1, async () => { await barrier.WaitAsync(); }, "AsyncBarrier");
            waiters[4 + i] = Queue(runtime, i + 1, async () => { await once.WaitAsync(); }, "SetOnce<String>");
        }

        waiters[6] = runtime.Spawn(async () =>
        {
            await cell.GetOrInitAsync(async () =>
            {
                await signal.AsFuture();
                return 1;
            });
        });
        Dumps.WaitUntil(() => runtime.Dump().Tasks.Any(task => task.WaitsFor?.Operation == "Signal.Poll"));
        waiters[7] = Queue(runtime, 1, async () => { await cell.GetOrInitAsync(static () => Future.FromResult(2)); }, "OnceCell<Int32>");
        IReadOnlyList<PrimitiveDump> all = runtime.Dump().Primitives;
        Assert.Equal(["AsyncBarrier", "Notify", "OnceCell<Int32>", "SetOnce<String>"], all.Select(one => one.Kind).Order(StringComparer.Ordinal));
        AssertParties(all.Single(one => one.Kind == "Notify").Waiters, (waiters[0].Id, "wait", 0), (waiters[1].Id, "wait", 0));
        PrimitiveDump ofBarrier = all.Single(one => one.Kind == "AsyncBarrier");
        Assert.Equal("2 of 3 arrived", ofBarrier.State);
        AssertParties(ofBarrier.Waiters, (waiters[2].Id, "wait", 0), (waiters[3].Id, "wait", 0));
        PrimitiveDump ofOnce = all.Single(one => one.Kind == "SetOnce<String>");
        Assert.Equal("not set", ofOnce.State);
        AssertParties(ofOnce.Waiters, (waiters[4].Id, "wait", 0), (waiters[5].Id, "wait", 0));
        PrimitiveDump ofCell = all.Single(one => one.Kind == "OnceCell<Int32>");
        Assert.Equal("being made", ofCell.State);
        AssertParties(ofCell.Holders, (waiters[6].Id, "make", 1));
        AssertParties(ofCell.Waiters, (waiters[7].Id, "get", 1));
        signal.Set();
        notify.NotifyWaiters();
        runtime.BlockOn(async () => await waiters[7]);
    });

    [Fact]
    public void An_mpsc_channel_has_who_sends_in_order_who_has_permits_and_who_receives() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(2);
        Signal signal = new();
        JoinHandle permit = Spawn(runtime, async () =>
        {
            using MpscPermit<int> reserved = await sender.ReserveManyAsync(2);
            await signal.AsFuture();
        });
        Dumps.WaitUntil(() => sender.Capacity == 0);
        JoinHandle first = Queue(runtime, 1, async () => { await sender.SendAsync(1); });
        JoinHandle second = Queue(runtime, 2, async () => { (await sender.ReserveAsync()).Dispose(); });
        JoinHandle receives = Queue(runtime, 3, async () => { await receiver.RecvAsync(); });
        JoinHandle closed = Queue(runtime, 4, async () => { await sender.ClosedAsync(); });
        PrimitiveDump dump = Single(runtime);
        Assert.Equal("Mpsc<Int32>", dump.Kind);
        Assert.Equal("2 of 2 places taken", dump.State);
        Assert.Equal(0, dump.Available);
        AssertParties(dump.Holders, (permit.Id, "permit", 2));
        AssertParties(dump.Waiters, (first.Id, "send", 1), (second.Id, "send", 1), (receives.Id, "receive", 0), (closed.Id, "closed", 0));
        signal.Set();
        runtime.BlockOn(async () => await receives);
        receiver.Close();
        receiver.Dispose();
    });

    [Fact]
    public void A_send_that_has_no_place_in_the_queue_yet_is_no_receiver() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        Assert.True(sender.TrySend(0).IsSent);
        JoinHandle waits = Queue(runtime, 1, async () => { await sender.SendAsync(1); });
        PrimitiveDump dump = runtime.BlockOn(runtime.Spawn(async () =>
        {
            _ = Kio.Spawn(async () =>
            {
                Ambient.Current.Budget = 0;
                await sender.SendAsync(2);
            });
            await Kio.YieldNow();
            return Single(runtime); // It has been put off, and is queued behind this task.
        }).AsFuture());
        AssertParties(dump.Waiters, (waits.Id, "send", 1));
        receiver.Dispose();
    });

    [Fact]
    public void A_channel_that_is_closed_says_so() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(1);
        Assert.True(sender.TryReserve(out MpscPermit<int> permit));
        receiver.Close();
        JoinHandle waits = Queue(runtime, 1, async () => { await receiver.RecvAsync(); });
        PrimitiveDump dump = Single(runtime);
        Assert.True(dump.IsClosed);
        Assert.Contains("1 of 1 places taken, closed", dump.ToString(), StringComparison.Ordinal);
        permit.Dispose();
        runtime.BlockOn(async () => await waits);
        sender.Dispose();
    });

    [Fact]
    public void Other_channels_have_their_waiters() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        (MpmcSender<int> mpmcSender, MpmcReceiver<int> mpmcReceiver) = Mpmc.Create<int>(1);
        (MpmcSender<string> fullSender, MpmcReceiver<string> fullReceiver) = Mpmc.Create<string>(1);
        (BroadcastSender<int> broadcastSender, BroadcastReceiver<int> broadcastReceiver) = Broadcast.Create<int>(4);
        (LosslessSender<int> losslessSender, BroadcastReceiver<int> losslessReceiver) = Broadcast.CreateLossless<int>(1);
        (WatchSender<int> watchSender, WatchReceiver<int> watchReceiver) = Watch.Create(0);
        (OneshotSender<int> oneshotSender, OneshotReceiver<int> oneshotReceiver) = Oneshot.Create<int>();
        Assert.True(fullSender.TrySend("").IsSent);
        Assert.True(losslessSender.TrySend(1).IsSent);
        BroadcastReceiver<int> other = broadcastSender.Subscribe();
        JoinHandle[] waiters =
        [
            Queue(runtime, 1, async () => { await mpmcReceiver.RecvAsync(); }, "Mpmc<Int32>"),
            Queue(runtime, 1, async () => { await fullSender.SendAsync(""); }, "Mpmc<String>"),
            Queue(runtime, 1, async () => { await broadcastReceiver.RecvAsync(); }, "Broadcast<Int32>"),
            Queue(runtime, 2, async () => { await other.RecvAsync(); }, "Broadcast<Int32>"),
            Queue(runtime, 1, async () => { await losslessSender.SendAsync(2); }, "Lossless broadcast<Int32>"),
            Queue(runtime, 1, async () => { await watchReceiver.ChangedAsync(); }, "Watch<Int32>"),
            Queue(runtime, 2, async () => { await watchSender.ClosedAsync(); }, "Watch<Int32>"),
            Queue(runtime, 1, async () => { await oneshotReceiver.RecvAsync(); }, "Oneshot<Int32>"),
        ];
        IReadOnlyList<PrimitiveDump> all = runtime.Dump().Primitives;
        Check("Mpmc<Int32>", "0 of 1 places taken", (waiters[0].Id, "receive", 1));
        Check("Mpmc<String>", "1 of 1 places taken", (waiters[1].Id, "send", 1));
        Check("Broadcast<Int32>", "0 of 4 values not read by all", (waiters[2].Id, "receive", 0), (waiters[3].Id, "receive", 0));
        Check("Lossless broadcast<Int32>", "1 of 1 values not read by all", (waiters[4].Id, "send", 1));
        Check("Watch<Int32>", "changed 0 times", (waiters[5].Id, "change", 0), (waiters[6].Id, "closed", 0));
        Check("Oneshot<Int32>", "not sent", (waiters[7].Id, "receive", 0));
        Assert.Equal(6, all.Count);
        Assert.Equal(Enumerable.Range(1, 6), all.Select(one => one.Number));
        GC.KeepAlive((mpmcSender, fullReceiver, losslessReceiver, oneshotSender));

        void Check(string kind, string state, params (TaskId Task, string Role, long Permits)[] expected)
        {
            PrimitiveDump dump = all.Single(one => one.Kind == kind);
            Assert.Equal(state, dump.State);
            Assert.False(dump.IsClosed);
            Assert.Empty(dump.Holders);
            AssertParties(dump.Waiters, expected);
        }
    });

    [Fact]
    public void Threads_and_other_runtimes_tasks_are_parties_too() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        using Runtime other = Runtimes.Create(RuntimeKind.OneWorker);
        Mutex<int> mutex = new(0);
        Signal signal = new();
        Thread blocksOn = new(() => runtime.BlockOn(async () =>
        {
            using MutexGuard<int> guard = await mutex.LockAsync();
            await signal.AsFuture();
        }));
        blocksOn.Start();
        WaitForHolders(runtime, 1);
        JoinHandle first = Queue(runtime, 1, async () => (await mutex.LockAsync()).Dispose());
        JoinHandle elsewhere = other.Spawn(async () => (await mutex.LockAsync()).Dispose());
        Dumps.WaitUntil(() => Single(runtime).Waiters.Count == 2);
        Thread locks = new(() => mutex.Lock().Dispose());
        locks.Start();
        Dumps.WaitUntil(() => Single(runtime).Waiters.Count == 3);
        PrimitiveDump dump = Single(runtime);
        PartyDump holder = Assert.Single(dump.Holders);
        Assert.Null(holder.Task);
        Assert.Equal("a thread in BlockOn", holder.Name);
        Assert.Equal([first.Id, elsewhere.Id, null], dump.Waiters.Select(party => party.Task));
        Assert.Equal("a blocked thread", dump.Waiters[2].Name);
        signal.Set();
        blocksOn.Join();
        locks.Join();
        runtime.BlockOn(async () => await elsewhere);
    });

    [Fact]
    public void A_thread_that_holds_a_lock_is_not_called_blocked() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        Mutex<int> mutex = new(0);
        MutexGuard<int> guard = mutex.Lock();
        JoinHandle waits = Queue(runtime, 1, async () => (await mutex.LockAsync()).Dispose());
        Assert.Equal("a plain thread", Assert.Single(Single(runtime).Holders).Name);
        guard.Dispose();
        runtime.BlockOn(async () => await waits);
    });

    [Fact]
    public void Who_waits_in_an_arm_waits() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        Notify one = new();
        Mutex<int> two = new(0);
        Assert.True(two.TryLock(out MutexGuard<int> guard));
        JoinHandle handle = runtime.Spawn(async () => { await Kio.Select(one.NotifiedAsync(), two.LockAsync()); });
        Dumps.WaitUntil(() => runtime.Dump().Primitives.Count == 2);
        Assert.All(runtime.Dump().Primitives, dump => Assert.Equal(handle.Id, Assert.Single(dump.Waiters).Task));
        one.NotifyOne();
        runtime.BlockOn(async () => await handle);
        guard.Dispose();
    });

    [Fact]
    public void Long_queues_are_cut_in_the_text_alone() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        Mutex<int> mutex = new(0);
        Assert.True(mutex.TryLock(out MutexGuard<int> guard));
        for (int i = 0; i < 120; i++)
        {
            _ = runtime.Spawn(async () => (await mutex.LockAsync()).Dispose());
        }

        Dumps.WaitUntil(() => runtime.Dump().Primitives is [{ Waiters.Count: 120 }]);
        string text = Single(runtime).ToString();
        Assert.EndsWith(" and 20 more", text, StringComparison.Ordinal);
        guard.Dispose();
    });

    private static Comparer<TaskId?> ById { get; } = Comparer<TaskId?>.Create(
        static (left, right) => ulong.Parse(left.ToString()!, null).CompareTo(ulong.Parse(right.ToString()!, null)));

    private static JoinHandle Spawn(Runtime runtime, Func<Future> body) => runtime.Spawn(body);

    // That something is taken can be seen before it is noted by whom: those who wait for their signal have noted it.
    private static void WaitForHolders(Runtime runtime, int count) =>
        Dumps.WaitUntil(() => runtime.Dump().Tasks.Count(task => task.WaitsFor?.Operation == "Signal.Poll") == count);

    // Spawns one, and waits until it is the so manieth in the queue of the only primitive, or of the one of that kind.
    private static JoinHandle Queue(Runtime runtime, int place, Func<Future> body, string? kind = null)
    {
        JoinHandle handle = runtime.Spawn(body);
        Dumps.WaitUntil(() => runtime.Dump().Primitives.Any(
            dump => (kind is null || dump.Kind == kind) && dump.Waiters.Count == place && dump.Waiters.Any(party => party.Task == handle.Id)));
        return handle;
    }

    private static PrimitiveDump Single(Runtime runtime)
    {
        while (true)
        {
            if (runtime.Dump().Primitives is [var dump])
            {
                return dump;
            }

            Thread.Yield();
        }
    }

    private static void AssertParties(IReadOnlyList<PartyDump> parties, params (TaskId Task, string Role, long Permits)[] expected) =>
        Assert.Equal(
            expected.Select(party => ((TaskId?)party.Task, party.Role, party.Permits)),
            parties.Select(party => (party.Task, party.Role, party.Permits)));
}
