using System;
using System.Threading;

namespace Kioto.Tests;

/// <summary>Closures that were promised to run, as writes of files are.</summary>
public sealed class BlockingMandatoryTests
{
    [Fact]
    public void Queued_ones_run_at_shutdown_and_Dispose_waits_for_them() => Bounded.Run(() =>
    {
        Runtime runtime = Build();
        using Gate gate = new();
        JoinHandle running = runtime.SpawnBlocking(gate.Pass);
        gate.Entered.Wait();
        JoinHandle plain = runtime.SpawnBlocking(() => { });
        Work[] mandatory = [new(), new(), new()];
        foreach (Work work in mandatory)
        {
            runtime.Handle.Scheduler.Blocking.SpawnMandatory(work);
        }

        runtime.ShutdownBackground();
        Assert.True(plain.IsFinished);
        Assert.False(running.IsFinished);
        Assert.All(mandatory, work => Assert.Equal((0, 0), (work.Ran, work.Refused)));
        gate.Open();
        runtime.Dispose();
        Assert.All(mandatory, work => Assert.Equal((1, 0), (work.Ran, work.Refused)));
    });

    [Fact]
    public void After_the_end_they_are_refused() => Bounded.Run(() =>
    {
        Runtime runtime = Build();
        runtime.Dispose();
        Work late = new();
        runtime.Handle.Scheduler.Blocking.SpawnMandatory(late);
        Assert.Equal((0, 1), (late.Ran, late.Refused));
        Assert.True(runtime.Handle.Scheduler.BlockingPools.WaitForMandatory(TimeSpan.Zero));
    });

    [Fact]
    public void They_need_no_place_of_a_bounded_pool() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).MaxBlockingThreads(1).MaxBlockingQueue(0).Build();
        using Gate gate = new();
        JoinHandle running = runtime.SpawnBlocking(gate.Pass);
        Work work = new();
        runtime.Handle.Scheduler.Blocking.SpawnMandatory(work);
        gate.Open();
        runtime.BlockOn(async () =>
        {
            await running;
            await Expect.Until(() => work.Ran == 1);
            await await Kio.SpawnBlockingAsync(() => { });
        });
    });

    [Fact]
    public void Promised_while_another_thread_shuts_down_they_run_or_are_refused_at_once() => Bounded.Run(() =>
    {
        for (int i = 0; i < 200; i++)
        {
            Runtime runtime = Build();
            Work work = new();
            Thread other = new(runtime.Dispose) { IsBackground = true };
            other.Start();
            runtime.Handle.Scheduler.Blocking.SpawnMandatory(work);
            bool refused = work.Refused == 1;
            other.Join();
            runtime.Dispose();
            Assert.Equal(refused ? (0, 1) : (1, 0), (work.Ran, work.Refused));
        }
    });

    [Fact]
    public void Dispose_does_not_wait_for_one_that_never_ends() => Bounded.Run(() =>
    {
        Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).CleanupGrace(TimeSpan.FromMilliseconds(10)).Build();
        using Gate gate = new();
        runtime.Handle.Scheduler.Blocking.SpawnMandatory(new Work(gate.Pass));
        gate.Entered.Wait();
        runtime.Dispose();
    });

    private static Runtime Build() => Runtime.CreateBuilder().WorkerThreads(1).MaxBlockingThreads(1).Build();

    private sealed class Work(Action? body = null) : IBlockingWork
    {
        private int _ran;
        private int _refused;

        internal int Ran => Volatile.Read(ref _ran);

        internal int Refused => Volatile.Read(ref _refused);

        public void Run()
        {
            body?.Invoke();
            Interlocked.Increment(ref _ran);
        }

        public void Refuse() => Interlocked.Increment(ref _refused);
    }
}
