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
