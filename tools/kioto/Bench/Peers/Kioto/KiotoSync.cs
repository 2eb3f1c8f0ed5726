using System;
using System.Threading;
using Kioto.Sync;

namespace Kioto.Tool.Bench;

/// <summary>Locks, signals and channels.</summary>
internal static class KiotoSync
{
    public static async Future<Sample> MutexUncontended(int ops)
    {
        Mutex<int> mutex = new(0);
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            using MutexGuard<int> guard = await mutex.LockAsync();
            guard.Value++;
        }

        return measurement.Stop(ops);
    }

    public static Future<Sample> MutexContended(int ops)
    {
        Mutex<int> mutex = new(0);
        return Tasks(Workload.SyncTasks, ops, async share =>
        {
            for (int i = 0; i < share; i++)
            {
                using MutexGuard<int> guard = await mutex.LockAsync();
                guard.Value++;
                await Kio.YieldNow();
            }
        });
    }

    public static async Future<Sample> RwLockRead(int ops)
    {
        RwLock<int> rwLock = new(0);
        int sum = 0;
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            using RwLockReadGuard<int> guard = await rwLock.ReadAsync();
            sum += guard.Value;
        }

        return measurement.Stop(ops - sum);
    }

    public static Future<Sample> RwLockContended(int ops)
    {
        RwLock<int> rwLock = new(0);
        int made = 0;
        return Tasks(Workload.SyncTasks, ops, async share =>
        {
            bool writes = Interlocked.Increment(ref made) % 4 == 0;
            for (int i = 0; i < share; i++)
            {
                if (writes)
                {
                    using RwLockWriteGuard<int> guard = await rwLock.WriteAsync();
                    guard.Value++;
                    await Kio.YieldNow();
                }
                else
                {
                    using RwLockReadGuard<int> guard = await rwLock.ReadAsync();
                    await Kio.YieldNow();
                }
            }
        });
    }

    public static async Future<Sample> SemaphoreUncontended(int ops)
    {
        AsyncSemaphore semaphore = new(10);
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            using SemaphorePermit permit = await semaphore.AcquireAsync();
        }

        return measurement.Stop(ops);
    }

    public static Future<Sample> SemaphoreContended(int ops)
    {
        AsyncSemaphore semaphore = new(2);
        return Tasks(Workload.SyncTasks, ops, async share =>
        {
            for (int i = 0; i < share; i++)
            {
                using SemaphorePermit permit = await semaphore.AcquireAsync();
                await Kio.YieldNow();
            }
        });
    }

    /// <summary>There is one notification on its way at a time; who gets it goes to the end of the queue.</summary>
    public static Func<int, Future<Sample>> NotifyOne(int waiters) => async ops =>
    {
        Notify ping = new();
        Notify pong = new();
        int parties = Math.Min(waiters, ops);
        JoinHandle[] handles = new JoinHandle[parties];
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < parties; i++)
        {
            int share = Workload.Share(ops, parties, i);
            handles[i] = Kio.Spawn(async () =>
            {
                for (int j = 0; j < share; j++)
                {
                    await ping.NotifiedAsync();
                    pong.NotifyOne();
                }
            });
        }

        for (int i = 0; i < ops; i++)
        {
            ping.NotifyOne();
            await pong.NotifiedAsync();
        }

        await KiotoSpawns.JoinAll(handles, parties);
        return measurement.Stop(ops);
    };

    public static Func<int, Future<Sample>> NotifyWaiters(int waiters) => async ops =>
    {
        Notify notify = new();
        Notify all = new();
        int parties = Math.Min(waiters, ops);
        int left = parties;
        JoinHandle[] handles = new JoinHandle[parties];
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < parties; i++)
        {
            int share = Workload.Share(ops, parties, i);
            handles[i] = Kio.Spawn(async () =>
            {
                for (int j = 0; j < share; j++)
                {
                    Future next = notify.NotifiedAsync();
                    if (Interlocked.Decrement(ref left) == 0)
                    {
                        all.NotifyOne();
                    }

                    await next;
                }
            });
        }

        for (int round = 0; round * parties < ops; round++)
        {
            await all.NotifiedAsync();
            Volatile.Write(ref left, Math.Min(parties, ops - ((round + 1) * parties)));
            notify.NotifyWaiters();
        }

        await KiotoSpawns.JoinAll(handles, parties);
        return measurement.Stop(ops);
    };

    public static async Future<Sample> OneshotRoundTrip(int ops)
    {
        (OneshotSender<Baton> sender, OneshotReceiver<Baton> receiver) = Oneshot.Create<Baton>();
        Baton baton = new();
        Measurement measurement = Measurement.Start();
        JoinHandle echo = Kio.Spawn(async () =>
        {
            OneshotReceiver<Baton> next = receiver;
            for (int i = 0; i < ops; i++)
            {
                Baton received = (await next.RecvAsync()).Value;
                OneshotSender<Baton> reply = received.Reply;
                (received.Reply, next) = Oneshot.Create<Baton>();
                reply.Send(received);
            }
        });
        for (int i = 0; i < ops; i++)
        {
            (baton.Reply, OneshotReceiver<Baton> answer) = Oneshot.Create<Baton>();
            sender.Send(baton);
            sender = (await answer.RecvAsync()).Value.Reply;
        }

        await echo;
        return measurement.Stop(ops);
    }

    public static async Future<Sample> RequestReply(int ops)
    {
        (MpscSender<OneshotSender<int>> sender, MpscReceiver<OneshotSender<int>> receiver) = Mpsc.Create<OneshotSender<int>>(10);
        Measurement measurement = Measurement.Start();
        JoinHandle server = Kio.Spawn(async () =>
        {
            while ((await receiver.RecvAsync()).TryGetValue(out OneshotSender<int> reply))
            {
                reply.Send(1);
            }
        });
        for (int i = 0; i < ops; i++)
        {
            (OneshotSender<int> reply, OneshotReceiver<int> answer) = Oneshot.Create<int>();
            await sender.SendAsync(reply);
            await answer.RecvAsync();
        }

        sender.Dispose();
        await server;
        return measurement.Stop(ops);
    }

    public static Func<int, Future<Sample>> MpscBounded(int producers, int capacity = Workload.ChannelCapacity) =>
        MpscBounded(producers, capacity, KiotoMpsc.TakeOneByOne);

    public static Func<int, Future<Sample>> MpscBounded(int producers, int capacity, Func<MpscReceiver<int>, Future> take) => async ops =>
    {
        (MpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.Create<int>(capacity);
        JoinHandle[] handles = new JoinHandle[producers];
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < producers; i++)
        {
            int share = Workload.Share(ops, producers, i);
            MpscSender<int> mine = sender.Clone();
            handles[i] = Kio.Spawn(async () =>
            {
                for (int j = 0; j < share; j++)
                {
                    await mine.SendAsync(j);
                }

                mine.Dispose();
            });
        }

        sender.Dispose();
        await take(receiver);
        await KiotoSpawns.JoinAll(handles, producers);
        return measurement.Stop(ops);
    };

    public static async Future<Sample> MpscUnbounded(int ops)
    {
        (UnboundedMpscSender<int> sender, MpscReceiver<int> receiver) = Mpsc.CreateUnbounded<int>();
        Measurement measurement = Measurement.Start();
        JoinHandle handle = Kio.Spawn(async () =>
        {
            for (int j = 0; j < ops; j++)
            {
                sender.Send(j);
                if (j % Workload.ChannelCapacity == 0)
                {
                    await Kio.YieldNow();
                }
            }

            sender.Dispose();
        });
        while ((await receiver.RecvAsync()).HasValue)
        {
        }

        await handle;
        return measurement.Stop(ops);
    }

    public static Func<int, Future<Sample>> Watch(int receivers) => async ops =>
    {
        (WatchSender<int> sender, WatchReceiver<int> first) = Kioto.Sync.Watch.Create(0);
        Notify all = new();
        int parties = Math.Min(receivers, ops);
        int left = parties;
        JoinHandle[] handles = new JoinHandle[parties];
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < parties; i++)
        {
            int share = Workload.Share(ops, parties, i);
            WatchReceiver<int> mine = first.Clone();
            handles[i] = Kio.Spawn(async () =>
            {
                for (int j = 0; j < share; j++)
                {
                    await mine.ChangedAsync();
                    if (Interlocked.Decrement(ref left) == 0)
                    {
                        all.NotifyOne();
                    }
                }
            });
        }

        for (int round = 0; round * parties < ops; round++)
        {
            Volatile.Write(ref left, Math.Min(parties, ops - (round * parties)));
            sender.Send(round);
            await all.NotifiedAsync();
        }

        await KiotoSpawns.JoinAll(handles, parties);
        return measurement.Stop(ops);
    };

    public static Func<int, Future<Sample>> Broadcast(int receivers) => async ops =>
    {
        (BroadcastSender<int> sender, BroadcastReceiver<int> first) = Kioto.Sync.Broadcast.Create<int>(Workload.ChannelCapacity);
        Notify all = new();
        int parties = Math.Min(receivers, ops);
        int left = parties;
        JoinHandle[] handles = new JoinHandle[parties];
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < parties; i++)
        {
            int share = Workload.Share(ops, parties, i);
            BroadcastReceiver<int> mine = sender.Subscribe();
            handles[i] = Kio.Spawn(async () =>
            {
                for (int j = 0; j < share; j++)
                {
                    _ = (await mine.RecvAsync()).Value;
                    if (Interlocked.Decrement(ref left) == 0)
                    {
                        all.NotifyOne();
                    }
                }

                mine.Dispose();
            });
        }

        first.Dispose();
        for (int round = 0; round * parties < ops; round++)
        {
            Volatile.Write(ref left, Math.Min(parties, ops - (round * parties)));
            sender.Send(round);
            await all.NotifiedAsync();
        }

        await KiotoSpawns.JoinAll(handles, parties);
        return measurement.Stop(ops);
    };

    private static async Future<Sample> Tasks(int tasks, int ops, Func<int, Future> work)
    {
        JoinHandle[] handles = new JoinHandle[tasks];
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < tasks; i++)
        {
            handles[i] = Kio.Spawn(work(Workload.Share(ops, tasks, i)));
        }

        await KiotoSpawns.JoinAll(handles, tasks);
        return measurement.Stop(ops);
    }

    /// <summary>What goes there and back: it carries the end that the answer is to be sent into.</summary>
    private sealed class Baton
    {
        public OneshotSender<Baton> Reply { get; set; }
    }
}
