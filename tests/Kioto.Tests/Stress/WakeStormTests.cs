using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>Wakes from foreign threads against runtimes that go idle all the time: a lost one hangs.</summary>
[Collection(SerialCollection.Name)]
public sealed class WakeStormTests
{
    [Theory]
    [MemberData(nameof(TaskStormTests.Workers), MemberType = typeof(TaskStormTests))]
    public void No_wake_from_a_foreign_thread_is_lost(int workers) => Bounded.Run(() =>
    {
        using Runtime runtime = TaskStormTests.Create(workers);
        runtime.BlockOn(async () =>
        {
            List<JoinHandle> handles = [];
            for (int i = 0; i < 4; i++)
            {
                handles.Add(Kio.Spawn(async () =>
                {
                    for (int round = 0; round < 1000; round++)
                    {
                        Signal signal = new();
                        ThreadPool.UnsafeQueueUserWorkItem(static signal => signal.Set(), signal, preferLocal: false);
                        await signal.AsFuture();
                    }
                }));
            }

            foreach (JoinHandle handle in handles)
            {
                await handle;
            }
        });
    });

    [Theory]
    [MemberData(nameof(TaskStormTests.Workers), MemberType = typeof(TaskStormTests))]
    public void No_completion_of_a_Task_is_lost(int workers) => Bounded.Run(() =>
    {
        using Runtime runtime = TaskStormTests.Create(workers);
        runtime.BlockOn(async () =>
        {
            List<JoinHandle> handles = [];
            for (int i = 0; i < 4; i++)
            {
                handles.Add(Kio.Spawn(async () =>
                {
                    for (int round = 0; round < 500; round++)
                    {
                        TaskCompletionSource source = new(
                            round % 2 == 0 ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
                        ThreadPool.UnsafeQueueUserWorkItem(static source => source.SetResult(), source, preferLocal: false);
                        if (round % 3 == 0)
                        {
                            await source.Task.AsFuture();
                        }
                        else
                        {
                            await source.Task;
                        }
                    }
                }));
            }

            foreach (JoinHandle handle in handles)
            {
                await handle;
            }
        });
    });

    [Theory]
    [MemberData(nameof(TaskStormTests.Workers), MemberType = typeof(TaskStormTests))]
    public void No_spawn_from_a_foreign_thread_is_lost(int workers) => Bounded.Run(() =>
    {
        using Runtime runtime = TaskStormTests.Create(workers);
        runtime.BlockOn(async () =>
        {
            for (int round = 0; round < 300; round++)
            {
                JoinHandle<JoinHandle<int>> spawner = Kio.SpawnBlocking(() => runtime.Spawn(async () =>
                {
                    await Kio.YieldNow();
                    return 1;
                }));
                Assert.Equal(1, await await spawner);
            }
        });
    });

    [Theory]
    [MemberData(nameof(TaskStormTests.Workers), MemberType = typeof(TaskStormTests))]
    public void Chains_of_tasks_that_spawn_tasks_end(int workers) => Bounded.Run(() =>
    {
        using Runtime runtime = TaskStormTests.Create(workers);
        runtime.BlockOn(async () =>
        {
            for (int chain = 0; chain < 20; chain++)
            {
                TaskCompletionSource done = new();
                Kio.Detach(Link(500, done));
                await done.Task;
            }
        });

        static async Future Link(int left, TaskCompletionSource done)
        {
            await Future.Completed;
            if (left == 0)
            {
                done.SetResult();
            }
            else
            {
                Kio.Detach(Link(left - 1, done));
            }
        }
    });

    [Theory]
    [MemberData(nameof(TaskStormTests.Workers), MemberType = typeof(TaskStormTests))]
    public void Runtimes_come_and_go(int workers) => Bounded.Run(() =>
    {
        for (int i = 0; i < 60; i++)
        {
            JoinHandle<int> left;
            using (Runtime runtime = TaskStormTests.Create(workers))
            {
                Assert.Equal(7, runtime.BlockOn(async () => await Kio.Spawn(async () =>
                {
                    await Kio.Sleep(TimeSpan.FromTicks(i * 100));
                    return 7;
                })));
                left = runtime.Spawn(async () => await new Signal().AsFuture());
            }

            Assert.True(left.IsFinished);
        }
    });
}
