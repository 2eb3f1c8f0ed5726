using System;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace Kioto.Tool.Bench;

/// <summary>What .NET has for the benchmarks of locks, signals and channels, or what its users make of it.</summary>
internal static class DotnetSync
{
    public static async Task<Sample> MutexUncontended(int ops)
    {
        using SemaphoreSlim mutex = new(1, 1);
        int value = 0;
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            await mutex.WaitAsync();
            value++;
            mutex.Release();
        }

        return measurement.Stop(value);
    }

    public static async Task<Sample> MutexContended(int ops)
    {
        using SemaphoreSlim mutex = new(1, 1);
        return await Tasks(Workload.SyncTasks, ops, (_, share) => Holding(mutex, share));
    }

    public static async Task<Sample> RwLockRead(int ops)
    {
        using SemaphoreSlim readers = new(Workload.SyncTasks);
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            await readers.WaitAsync();
            readers.Release();
        }

        return measurement.Stop(ops);
    }

    /// <summary>.NET has no reader-writer lock that can be awaited: a writer takes every reader's place.</summary>
    public static async Task<Sample> RwLockContended(int ops)
    {
        using SemaphoreSlim readers = new(Workload.SyncTasks);
        using SemaphoreSlim writers = new(1);
        return await Tasks(Workload.SyncTasks, ops, async (index, share) =>
        {
            for (int i = 0; i < share; i++)
            {
                int places = 1;
                if (index % 4 == 3)
                {
                    places = Workload.SyncTasks;
                    await writers.WaitAsync();
                }

                for (int j = 0; j < places; j++)
                {
                    await readers.WaitAsync();
                }

                await Task.Yield();
                readers.Release(places);
                if (places > 1)
                {
                    writers.Release();
                }
            }
        });
    }

    public static async Task<Sample> SemaphoreUncontended(int ops)
    {
        using SemaphoreSlim semaphore = new(10);
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            await semaphore.WaitAsync();
            semaphore.Release();
        }

        return measurement.Stop(ops);
    }

    public static async Task<Sample> SemaphoreContended(int ops)
    {
        using SemaphoreSlim semaphore = new(2);
        return await Tasks(Workload.SyncTasks, ops, (_, share) => Holding(semaphore, share));
    }

    public static Func<int, Task<Sample>> NotifyOne(int waiters) => async ops =>
    {
        using SemaphoreSlim ping = new(0);
        using SemaphoreSlim pong = new(0);
        int parties = Math.Min(waiters, ops);
        Task[] tasks = new Task[parties];
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < parties; i++)
        {
            int share = Workload.Share(ops, parties, i);
            tasks[i] = Task.Run(async () =>
            {
                for (int j = 0; j < share; j++)
                {
                    await ping.WaitAsync();
                    pong.Release();
                }
            });
        }

        for (int i = 0; i < ops; i++)
        {
            ping.Release();
            await pong.WaitAsync();
        }

        await Task.WhenAll(tasks);
        return measurement.Stop(ops);
    };

    /// <summary>All wait for one Task, which is replaced each time.</summary>
    public static Func<int, Task<Sample>> NotifyWaiters(int waiters) => async ops =>
    {
        using SemaphoreSlim all = new(0);
        TaskCompletionSource next = NewSignal();
        int parties = Math.Min(waiters, ops);
        int left = parties;
        Task[] tasks = new Task[parties];
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < parties; i++)
        {
            int share = Workload.Share(ops, parties, i);
            tasks[i] = Task.Run(async () =>
            {
                for (int j = 0; j < share; j++)
                {
                    Task waiting = Volatile.Read(ref next).Task;
                    if (Interlocked.Decrement(ref left) == 0)
                    {
                        all.Release();
                    }

                    await waiting;
                }
            });
        }

        for (int round = 0; round * parties < ops; round++)
        {
            await all.WaitAsync();
            Volatile.Write(ref left, Math.Min(parties, ops - ((round + 1) * parties)));
            Interlocked.Exchange(ref next, NewSignal()).SetResult();
        }

        await Task.WhenAll(tasks);
        return measurement.Stop(ops);
    };

    public static async Task<Sample> OneshotRoundTrip(int ops)
    {
        TaskCompletionSource<Ping> sender = New<Ping>();
        Task<Ping> receiver = sender.Task;
        Measurement measurement = Measurement.Start();
        Task echo = Task.Run(async () =>
        {
            Task<Ping> next = receiver;
            for (int i = 0; i < ops; i++)
            {
                Ping ping = await next;
                TaskCompletionSource<Ping> reply = New<Ping>();
                next = reply.Task;
                ping.Reply.SetResult(new Pong(reply));
            }
        });
        for (int i = 0; i < ops; i++)
        {
            TaskCompletionSource<Pong> reply = New<Pong>();
            sender.SetResult(new Ping(reply));
            sender = (await reply.Task).Next;
        }

        await echo;
        return measurement.Stop(ops);
    }

    public static async Task<Sample> RequestReply(int ops)
    {
        Channel<TaskCompletionSource<int>> channel = Channel.CreateBounded<TaskCompletionSource<int>>(
            new BoundedChannelOptions(10) { SingleReader = true });
        Measurement measurement = Measurement.Start();
        Task server = Task.Run(async () =>
        {
            await foreach (TaskCompletionSource<int> reply in channel.Reader.ReadAllAsync())
            {
                reply.SetResult(1);
            }
        });
        for (int i = 0; i < ops; i++)
        {
            TaskCompletionSource<int> answer = New<int>();
            await channel.Writer.WriteAsync(answer);
            await answer.Task;
        }

        channel.Writer.Complete();
        await server;
        return measurement.Stop(ops);
    }

    public static Func<int, Task<Sample>> MpscBounded(int producers, int capacity = Workload.ChannelCapacity) => async ops =>
    {
        Channel<int> channel = Channel.CreateBounded<int>(new BoundedChannelOptions(capacity) { SingleReader = true });
        Measurement measurement = Measurement.Start();
        Task<Sample> sending = Tasks(producers, ops, async (_, share) =>
        {
            for (int j = 0; j < share; j++)
            {
                await channel.Writer.WriteAsync(j);
            }
        });
        for (int i = 0; i < ops; i++)
        {
            await channel.Reader.ReadAsync();
        }

        await sending;
        return measurement.Stop(ops);
    };

    public static async Task<Sample> MpscUnbounded(int ops)
    {
        Channel<int> channel = Channel.CreateUnbounded<int>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        Measurement measurement = Measurement.Start();
        Task sending = Task.Run(async () =>
        {
            for (int j = 0; j < ops; j++)
            {
                channel.Writer.TryWrite(j);
                if (j % Workload.ChannelCapacity == 0)
                {
                    await Task.Yield();
                }
            }
        });
        for (int i = 0; i < ops; i++)
        {
            await channel.Reader.ReadAsync();
        }

        await sending;
        return measurement.Stop(ops);
    }

    /// <summary>The latest value and a Task for the next change.</summary>
    public static Func<int, Task<Sample>> Watch(int receivers) => ops => ToAll(receivers, ops, buffered: false);

    /// <summary>A channel for each receiver.</summary>
    public static Func<int, Task<Sample>> Broadcast(int receivers) => ops => ToAll(receivers, ops, buffered: true);

    private static async Task<Sample> ToAll(int receivers, int ops, bool buffered)
    {
        using SemaphoreSlim all = new(0);
        int parties = Math.Min(receivers, ops);
        int left = parties;
        TaskCompletionSource next = NewSignal();
        Channel<int>[] channels = new Channel<int>[parties];
        Task[] tasks = new Task[parties];
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < parties; i++)
        {
            int share = Workload.Share(ops, parties, i);
            Channel<int> mine = channels[i] = Channel.CreateUnbounded<int>(new UnboundedChannelOptions { SingleReader = true });
            Task first = next.Task;
            tasks[i] = Task.Run(async () =>
            {
                Task changed = first;
                for (int j = 0; j < share; j++)
                {
                    if (buffered)
                    {
                        await mine.Reader.ReadAsync();
                    }
                    else
                    {
                        await changed;
                        changed = Volatile.Read(ref next).Task;
                    }

                    if (Interlocked.Decrement(ref left) == 0)
                    {
                        all.Release();
                    }
                }
            });
        }

        for (int round = 0; round * parties < ops; round++)
        {
            Volatile.Write(ref left, Math.Min(parties, ops - (round * parties)));
            if (buffered)
            {
                foreach (Channel<int> channel in channels)
                {
                    channel.Writer.TryWrite(round);
                }
            }
            else
            {
                Interlocked.Exchange(ref next, NewSignal()).SetResult();
            }

            await all.WaitAsync();
        }

        await Task.WhenAll(tasks);
        return measurement.Stop(ops);
    }

    private static async Task Holding(SemaphoreSlim semaphore, int share)
    {
        for (int i = 0; i < share; i++)
        {
            await semaphore.WaitAsync();
            await Task.Yield();
            semaphore.Release();
        }
    }

    public static async Task<Sample> Tasks(int tasks, int ops, Func<int, int, Task> work)
    {
        Task[] running = new Task[tasks];
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < tasks; i++)
        {
            int index = i;
            running[i] = Task.Run(() => work(index, Workload.Share(ops, tasks, index)));
        }

        await Task.WhenAll(running);
        return measurement.Stop(ops);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TaskCompletionSource<T> New<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly record struct Ping(TaskCompletionSource<Pong> Reply);

    private readonly record struct Pong(TaskCompletionSource<Ping> Next);
}
