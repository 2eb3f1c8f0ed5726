using System.Threading;

namespace Kioto.Tests;

public sealed class WorkerIndexTests
{
    [Fact]
    public void Outside_there_is_none() => Bounded.Run(() => Assert.Null(RuntimeHandle.CurrentWorkerIndex));

    [Fact]
    public void The_driver_of_a_current_thread_runtime_is_worker_0() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        Assert.Equal(0, runtime.BlockOn(async () => RuntimeHandle.CurrentWorkerIndex));
        Assert.Equal(0, runtime.BlockOn(async () => await Kio.Spawn(async () => RuntimeHandle.CurrentWorkerIndex)));
        using LocalRuntime local = Runtime.CreateCurrentThreadBuilder().BuildLocal();
        Assert.Equal(0, local.BlockOn(async () => RuntimeHandle.CurrentWorkerIndex));
        Assert.Null(RuntimeHandle.CurrentWorkerIndex);
    });

    [Theory]
    [MemberData(nameof(Runtimes.WithWorkers), MemberType = typeof(Runtimes))]
    public void A_workers_index_is_the_same_for_the_hooks_the_names_and_the_tasks(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(kind).ThreadNameFn(thread => $"w{thread.WorkerIndex}").Build();
        for (int i = 0; i < 50; i++)
        {
            runtime.RunTask(async () =>
            {
                for (int turn = 0; turn < 3; turn++)
                {
                    Assert.Equal(Thread.CurrentThread.Name, $"w{RuntimeHandle.CurrentWorkerIndex}");
                    Assert.NotNull(RuntimeHandle.CurrentWorkerIndex);
                    await Kio.YieldNow();
                }
            });
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.WithWorkers), MemberType = typeof(Runtimes))]
    public void Blocking_threads_and_the_thread_in_BlockOn_are_no_workers(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        Assert.Null(runtime.BlockOn(async () => RuntimeHandle.CurrentWorkerIndex));
        Assert.Null(runtime.BlockOn(async () => await Kio.SpawnBlocking(() => RuntimeHandle.CurrentWorkerIndex)));
    });

    [Fact]
    public void Under_the_guard_of_another_runtime_a_worker_is_none_of_that_ones() => Bounded.Run(() =>
    {
        using Runtime one = Runtimes.Create(RuntimeKind.OneWorker);
        using Runtime other = Runtimes.Create(RuntimeKind.OneWorker);
        one.RunTask(async () =>
        {
            using (other.Enter())
            {
                Assert.Null(RuntimeHandle.CurrentWorkerIndex);
            }

            Assert.Equal(0, RuntimeHandle.CurrentWorkerIndex);
        });
    });
}
