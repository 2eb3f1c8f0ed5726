using System.Collections.Generic;
using System.Linq;
using CsCheck;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>Histories that CsCheck makes up, played on a primitive and on the plainest model of it, step by step.</summary>
public sealed class HistoryTests
{
    private const int Steps = 40;

    private static readonly Gen<(int Step, int Argument)[]> s_histories =
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 3]).Array[1, Steps];

    /// <summary>Waiters are served in the order of arrival, each at once when there is enough for it and for those before it.</summary>
    [Fact]
    public void ASemaphoreIsAQueue() => Check(steps =>
    {
        AsyncSemaphore semaphore = new(1);
        int free = 1;
        List<(Parked<SemaphorePermit> Future, int Wanted)> waiting = [];
        List<SemaphorePermit> held = [];
        foreach ((int step, int argument) in steps)
        {
            switch (step)
            {
                case 0 or 1:
                    Parked<SemaphorePermit> future = new(semaphore.AcquireManyAsync(argument));
                    bool expected = waiting.Count == 0 && free >= argument;
                    Assert.Equal(expected, future.Poll());
                    if (expected)
                    {
                        free -= argument;
                        held.Add(future.Result());
                    }
                    else
                    {
                        waiting.Add((future, argument));
                    }

                    break;
                case 2 when waiting.Count > 0:
                    int index = argument % waiting.Count;
                    waiting[index].Future.Dispose();
                    waiting.RemoveAt(index);
                    break;
                case 3 when held.Count > 0:
                    free += held[0].Count;
                    held[0].Dispose();
                    held.RemoveAt(0);
                    break;
                case 4:
                    free += argument;
                    semaphore.AddPermits(argument);
                    break;
                case 5:
                    Assert.Equal(waiting.Count == 0 && free >= 1, semaphore.TryAcquire(out SemaphorePermit permit));
                    if (waiting.Count == 0 && free >= 1)
                    {
                        free--;
                        held.Add(permit);
                    }

                    break;
            }

            while (waiting.Count > 0 && free >= waiting[0].Wanted)
            {
                Assert.True(waiting[0].Future.Poll());
                free -= waiting[0].Wanted;
                held.Add(waiting[0].Future.Result());
                waiting.RemoveAt(0);
            }

            if (waiting.Count > 0)
            {
                Assert.False(waiting[^1].Future.Poll());
            }

            Assert.Equal(free, semaphore.AvailablePermits);
        }

        waiting.ForEach(each => each.Future.Dispose());
    });

    /// <summary>What was sent and not cancelled is received in order; a channel of two places takes two.</summary>
    [Fact]
    public void AChannelIsAQueue() => Check(steps =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(2);
        Queue<int> model = [];
        List<(Parked<SendResult<int>> Future, int Value)> waiting = [];
        int next = 0;
        foreach ((int step, int argument) in steps)
        {
            switch (step)
            {
                case 0 or 1:
                    int value = next++;
                    Parked<SendResult<int>> future = new(sender.SendAsync(value));
                    bool fits = waiting.Count == 0 && model.Count < 2;
                    Assert.Equal(fits, future.Poll());
                    if (fits)
                    {
                        Assert.True(future.Result().IsSent);
                        model.Enqueue(value);
                    }
                    else
                    {
                        waiting.Add((future, value));
                    }

                    break;
                case 2 when waiting.Count > 0:
                    int index = argument % waiting.Count;
                    waiting[index].Future.Dispose();
                    waiting.RemoveAt(index);
                    break;
                default:
                    bool some = model.TryDequeue(out int oldest);
                    Assert.Equal(some, receiver.TryRecv(out int received));
                    Assert.Equal(some ? oldest : 0, received);
                    break;
            }

            while (waiting.Count > 0 && model.Count < 2)
            {
                Assert.True(waiting[0].Future.Poll());
                Assert.True(waiting[0].Future.Result().IsSent);
                model.Enqueue(waiting[0].Value);
                waiting.RemoveAt(0);
            }
        }

        waiting.ForEach(each => each.Future.Dispose());
    });

    /// <summary>Values of an mpmc channel go to receivers, one by one and in batches, in the order of both.</summary>
    [Fact]
    public void AnMpmcChannelIsAQueueOfValuesAndOneOfReceivers() => Check(steps =>
    {
        (MpmcSender<int> sender, MpmcReceiver<int> receiver) = Mpmc.CreateUnbounded<int>();
        Queue<int> model = [];
        List<(Parked<int> Future, List<int> Batch, int Limit)> waiting = [];
        int next = 0;
        foreach ((int step, int argument) in steps)
        {
            switch (step)
            {
                case 0 or 1:
                    for (int i = 0; i <= argument; i++)
                    {
                        Assert.True(sender.TrySend(next).IsSent);
                        model.Enqueue(next++);
                    }

                    break;
                case 2 or 3:
                    List<int> batch = [];
                    Parked<int> future = new(receiver.RecvManyAsync(batch, argument + 1));
                    bool some = model.Count > 0;
                    Assert.Equal(some, future.Poll());
                    if (some)
                    {
                        Received(future, batch, argument + 1);
                    }
                    else
                    {
                        waiting.Add((future, batch, argument + 1));
                    }

                    break;
                case 4 when waiting.Count > 0:
                    int index = argument % waiting.Count;
                    waiting[index].Future.Dispose();
                    waiting.RemoveAt(index);
                    break;
                case 5:
                    Assert.Equal(model.TryDequeue(out int oldest), receiver.TryRecv(out int received));
                    Assert.Equal(oldest, received);
                    break;
            }

            // Each who waits was given one; what is there beyond that goes to the first who looks.
            int given = System.Math.Min(waiting.Count, model.Count);
            for (int i = 0; i < given; i++)
            {
                Assert.True(waiting[0].Future.Poll());
                Received(waiting[0].Future, waiting[0].Batch, System.Math.Min(waiting[0].Limit, 1 + model.Count - (given - i)));
                waiting.RemoveAt(0);
            }

            Assert.Equal(model.Count, receiver.Count);
        }

        waiting.ForEach(each => each.Future.Dispose());

        void Received(Parked<int> future, List<int> batch, int most)
        {
            int count = System.Math.Min(most, model.Count);
            Assert.Equal(count, future.Result());
            Assert.Equal(count, batch.Count);
            batch.ForEach(value => Assert.Equal(model.Dequeue(), value));
        }
    });

    /// <summary>Readers and writers in the order of arrival.</summary>
    [Fact]
    public void ARwLockIsAQueue() => Check(steps =>
    {
        RwLock<int> rwLock = new(0);
        List<RwLockReadGuard<int>> readers = [];
        List<RwLockWriteGuard<int>> writers = [];
        List<(Parked<RwLockReadGuard<int>>? Read, Parked<RwLockWriteGuard<int>>? Write)> waiting = [];
        foreach ((int step, int argument) in steps)
        {
            switch (step)
            {
                case 0 or 1:
                    Parked<RwLockReadGuard<int>> read = new(rwLock.ReadAsync());
                    bool mayRead = waiting.Count == 0 && writers.Count == 0;
                    Assert.Equal(mayRead, read.Poll());
                    if (mayRead)
                    {
                        readers.Add(read.Result());
                    }
                    else
                    {
                        waiting.Add((read, null));
                    }

                    break;
                case 2:
                    Parked<RwLockWriteGuard<int>> write = new(rwLock.WriteAsync());
                    bool mayWrite = waiting.Count == 0 && writers.Count == 0 && readers.Count == 0;
                    Assert.Equal(mayWrite, write.Poll());
                    if (mayWrite)
                    {
                        writers.Add(write.Result());
                    }
                    else
                    {
                        waiting.Add((null, write));
                    }

                    break;
                case 3 when readers.Count > 0:
                    readers[0].Dispose();
                    readers.RemoveAt(0);
                    break;
                case 4 when writers.Count > 0:
                    writers[0].Dispose();
                    writers.Clear();
                    break;
                case 5 when waiting.Count > 0:
                    int index = argument % waiting.Count;
                    waiting[index].Read?.Dispose();
                    waiting[index].Write?.Dispose();
                    waiting.RemoveAt(index);
                    break;
            }

            while (waiting.Count > 0 && writers.Count == 0 && (waiting[0].Read is not null || readers.Count == 0))
            {
                if (waiting[0].Read is { } reader)
                {
                    Assert.True(reader.Poll());
                    readers.Add(reader.Result());
                }
                else
                {
                    Assert.True(waiting[0].Write!.Poll());
                    writers.Add(waiting[0].Write!.Result());
                }

                waiting.RemoveAt(0);
            }
        }

        waiting.ForEach(each =>
        {
            each.Read?.Dispose();
            each.Write?.Dispose();
        });
    });

    /// <summary>Each receiver sees every value from its subscription on, in order; what it missed is counted exactly.</summary>
    [Fact]
    public void ABroadcastLosesNothingUncounted() => Check(steps =>
    {
        (BroadcastSender<int> sender, BroadcastReceiver<int> first) = Broadcast.Create<int>(4);
        List<(BroadcastReceiver<int> Receiver, int[] Next)> receivers = [(first, [0])];
        int sent = 0;
        foreach ((int step, int argument) in steps)
        {
            switch (step)
            {
                case 0 or 1 or 2:
                    Assert.Equal(receivers.Count > 0, sender.Send(sent).IsSent);
                    sent += receivers.Count > 0 ? 1 : 0;
                    break;
                case 3:
                    receivers.Add((sender.Subscribe(), [sent]));
                    break;
                case 4 when receivers.Count > 0:
                    receivers[argument % receivers.Count].Receiver.Dispose();
                    receivers.RemoveAt(argument % receivers.Count);
                    break;
                case 5 when receivers.Count > 0:
                    (BroadcastReceiver<int> receiver, int[] next) = receivers[argument % receivers.Count];
                    bool some = receiver.TryRecv(out BroadcastRecvResult<int> result);
                    Assert.Equal(next[0] < sent, some);
                    if (some && result.IsLagged)
                    {
                        Assert.Equal(sent - 4 - next[0], result.Missed);
                        next[0] = sent - 4;
                    }
                    else if (some)
                    {
                        Assert.Equal(next[0]++, result.Value);
                    }

                    break;
            }

            Assert.Equal(receivers.Count, sender.ReceiverCount);
            Assert.Equal(receivers.Count == 0 ? 0 : System.Math.Min(4, sent - receivers.Min(each => each.Next[0])), sender.Count);
        }
    });

    /// <summary>A mutex is had by one, in the order of arrival.</summary>
    [Fact]
    public void AMutexIsAQueue() => Check(steps =>
    {
        Mutex<int> mutex = new(0);
        List<Parked<MutexGuard<int>>> waiting = [];
        MutexGuard<int>? held = null;
        foreach ((int step, int argument) in steps)
        {
            switch (step)
            {
                case 0 or 1:
                    Parked<MutexGuard<int>> future = new(mutex.LockAsync());
                    bool free = held is null;
                    Assert.Equal(free, future.Poll());
                    if (free)
                    {
                        held = future.Result();
                    }
                    else
                    {
                        waiting.Add(future);
                    }

                    break;
                case 2 when waiting.Count > 0:
                    waiting[argument % waiting.Count].Dispose();
                    waiting.RemoveAt(argument % waiting.Count);
                    break;
                case 3 or 4 when held is not null:
                    held.Value.Dispose();
                    held = null;
                    break;
                case 5:
                    Assert.Equal(held is null, mutex.TryLock(out MutexGuard<int> guard));
                    held ??= guard;
                    break;
            }

            if (held is null && waiting.Count > 0)
            {
                Assert.True(waiting[0].Poll());
                held = waiting[0].Result();
                waiting.RemoveAt(0);
            }

            Assert.Equal(held is not null, mutex.IsLocked);
        }

        waiting.ForEach(each => each.Dispose());
    });

    /// <summary>Each notification goes to who has waited longest, or to who came last; one that nobody wants is kept, once.</summary>
    [Fact]
    public void ANotifyGivesToEachEnd() => Check(steps =>
    {
        Notify notify = new();
        List<Parked<Unit>> waiting = [];
        bool stored = false;
        foreach ((int step, int argument) in steps)
        {
            switch (step)
            {
                case 0 or 1:
                    Parked<Unit> future = Parked<Unit>.Of(notify.NotifiedAsync());
                    Assert.Equal(stored, future.Poll());
                    if (stored)
                    {
                        future.Result();
                        stored = false;
                    }
                    else
                    {
                        waiting.Add(future);
                    }

                    break;
                case 2 when waiting.Count > 0:
                    waiting[argument % waiting.Count].Dispose();
                    waiting.RemoveAt(argument % waiting.Count);
                    break;
                case 3:
                    notify.NotifyOne();
                    Notified(0);
                    break;
                case 4:
                    notify.NotifyLast();
                    Notified(waiting.Count - 1);
                    break;
                case 5:
                    notify.NotifyWaiters();
                    while (waiting.Count > 0)
                    {
                        Notified(0);
                    }

                    break;
            }

            waiting.ForEach(each => Assert.False(each.Poll()));
        }

        waiting.ForEach(each => each.Dispose());

        void Notified(int index)
        {
            if (waiting.Count == 0)
            {
                stored = true;
                return;
            }

            Assert.True(waiting[index].Poll());
            waiting[index].Result();
            waiting.RemoveAt(index);
        }
    });

    /// <summary>Each receiver of a watch channel sees the latest value, once, and then the end.</summary>
    [Fact]
    public void AWatchTellsOfTheLatest() => Check(steps =>
    {
        (WatchSender<int> sender, WatchReceiver<int> first) = Watch.Create(0);
        List<(WatchReceiver<int> Receiver, int[] Seen)> receivers = [(first, [0])];
        int value = 0;
        foreach ((int step, int argument) in steps)
        {
            switch (step)
            {
                case 0 or 1:
                    Assert.Equal(receivers.Count > 0, sender.Send(value + 1).IsSent);
                    value += receivers.Count > 0 ? 1 : 0;
                    break;
                case 2:
                    sender.SendModify(before => before + 1);
                    value++;
                    break;
                case 3:
                    receivers.Add((sender.Subscribe(), [value]));
                    break;
                case 4 when receivers.Count > 0:
                    receivers[argument % receivers.Count].Receiver.Dispose();
                    receivers.RemoveAt(argument % receivers.Count);
                    break;
                case 5 when receivers.Count > 0:
                    (WatchReceiver<int> receiver, int[] seen) = receivers[argument % receivers.Count];
                    Parked<bool> changed = new(receiver.ChangedAsync());
                    Assert.Equal(seen[0] != value, changed.Poll());
                    if (seen[0] != value)
                    {
                        Assert.True(changed.Result());
                        seen[0] = value;
                    }

                    changed.Dispose();
                    break;
            }

            Assert.Equal(value, sender.Borrow());
            receivers.ForEach(each => Assert.Equal(each.Seen[0] != value, each.Receiver.HasChanged));
        }

        sender.Dispose();
        foreach ((WatchReceiver<int> receiver, int[] seen) in receivers)
        {
            Parked<bool> last = new(receiver.ChangedAsync());
            Assert.True(last.Poll());
            Assert.Equal(seen[0] != value, last.Result());
        }
    });

    /// <summary>A lossless broadcast gives every value to every receiver; who sends waits, in the order of arrival, for the slowest.</summary>
    [Fact]
    public void ALosslessBroadcastWaitsForTheSlowest() => Check(steps =>
    {
        (LosslessSender<int> sender, BroadcastReceiver<int> first) = Broadcast.CreateLossless<int>(2);
        List<(BroadcastReceiver<int> Receiver, int[] Next)> receivers = [(first, [0])];
        List<Parked<SendResult<int>>> waiting = [];
        int sent = 0;
        int next = 0;
        foreach ((int step, int argument) in steps)
        {
            switch (step)
            {
                case 0 or 1:
                    Parked<SendResult<int>> future = new(sender.SendAsync(next++));
                    bool room = waiting.Count == 0 && sent - Slowest() < 2;
                    Assert.Equal(room, future.Poll());
                    if (room)
                    {
                        Assert.True(future.Result().IsSent);
                        sent++;
                    }
                    else
                    {
                        waiting.Add(future);
                    }

                    break;
                case 2:
                    receivers.Add((sender.Subscribe(), [sent]));
                    break;
                case 3 when receivers.Count > 1:
                    receivers[argument % receivers.Count].Receiver.Dispose();
                    receivers.RemoveAt(argument % receivers.Count);
                    break;
                case 4 or 5:
                    (BroadcastReceiver<int> receiver, int[] position) = receivers[argument % receivers.Count];
                    Assert.Equal(position[0] < sent, receiver.TryRecv(out BroadcastRecvResult<int> result));
                    if (position[0] < sent)
                    {
                        Assert.Equal(position[0]++, result.Value);
                    }

                    break;
            }

            while (waiting.Count > 0 && sent - Slowest() < 2)
            {
                Assert.True(waiting[0].Poll());
                Assert.True(waiting[0].Result().IsSent);
                waiting.RemoveAt(0);
                sent++;
            }
        }

        waiting.ForEach(each => each.Dispose());

        int Slowest() => receivers.Min(each => each.Next[0]);
    });

    /// <summary>A oneshot: whatever each end does, the value is received or comes back, and each end is told of the other.</summary>
    [Fact]
    public void AOneshotHasOneOutcome() => Check(steps =>
    {
        (OneshotSender<int> sender, OneshotReceiver<int> receiver) = Oneshot.Create<int>();
        bool sent = false;
        bool senderDone = false;
        bool closed = false;
        bool told = false;
        foreach ((int step, _) in steps)
        {
            switch (step)
            {
                case 0 when !senderDone:
                    Assert.Equal(!closed, sender.Send(5).IsSent);
                    sent = !closed;
                    senderDone = true;
                    break;
                case 1 when !senderDone:
                    sender.Dispose();
                    senderDone = true;
                    break;
                case 2:
                    receiver.Close();
                    closed = true;
                    break;
                case 3:
                    Parked<RecvResult<int>> receiving = new(receiver.RecvAsync());
                    bool some = sent || senderDone || closed;
                    Assert.Equal(some, receiving.Poll());
                    if (some)
                    {
                        Assert.Equal(sent, receiving.Result().HasValue);
                        told = true;
                    }

                    receiving.Dispose();
                    break;
                case 4:
                    Assert.Equal(sent, receiver.TryRecv(out int value));
                    Assert.Equal(sent ? 5 : 0, value);
                    told |= sent || senderDone || closed;
                    break;
                case 5 when !senderDone:
                    Assert.Equal(closed, sender.IsClosed);
                    break;
            }

            Assert.Equal(told, receiver.IsTerminated);
            if (told && sent)
            {
                return; // It is used up.
            }

            Assert.Equal(!sent, receiver.IsEmpty);
        }

        receiver.Dispose();
        sender.Dispose();
    });

    private static void Check(System.Action<(int Step, int Argument)[]> play) => Host.Run(_ =>
    {
        // On the thread that polls: the futures belong to one task.
        s_histories.Sample(
            steps =>
            {
                // All of them are one poll of this task: it must not run out of budget.
                Ambient.Current.Budget = int.MaxValue;
                play(steps);
            },
            iter: 500,
            threads: 1);
        return Future.Completed;
    });
}
