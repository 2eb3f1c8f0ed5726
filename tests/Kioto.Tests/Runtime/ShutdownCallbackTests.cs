using System;
using System.Linq;
using System.Threading;

namespace Kioto.Tests;

/// <summary>Callbacks of the tokens that a shutdown cancels: it goes on without those that do not return.</summary>
public sealed class ShutdownCallbackTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(50);

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void What_ends_at_once_has_run_when_tasks_are_aborted(RuntimeKind kind) => Bounded.Run(() =>
    {
        Action<Runtime>[] ends =
        [
            runtime => runtime.Dispose(),
            runtime => runtime.ShutdownAsync(TimeSpan.Zero, s_hour).Wait(),
            runtime => runtime.ShutdownTimeout(s_hour),
        ];
        foreach (Action<Runtime> end in ends)
        {
            // The grace is an hour: no callback that is late is left behind.
            Runtime runtime = Runtimes.Builder(kind).CleanupGrace(s_hour).Build();
            bool called = false;
            bool? seen = null;
            Signal signal = new();
            runtime.ShutdownToken.Register(() => Volatile.Write(ref called, true));
            runtime.Spawn(async () =>
            {
                try
                {
                    await signal.AsFuture();
                }
                finally
                {
                    seen = Volatile.Read(ref called);
                }
            });
            runtime.BlockOn(Expect.Until(() => signal.Polls > 0));
            end(runtime);
            Assert.True(seen);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void One_that_waits_for_a_task_to_end_gets_its_end(RuntimeKind kind) => Bounded.Run(() =>
    {
        Action<Runtime>[] ends =
        [
            runtime => runtime.Dispose(),
            runtime => Assert.True(runtime.ShutdownAsync(s_short, s_hour).Result.StragglerCount <= 1), // The task alone.
            runtime => Assert.True(runtime.ShutdownTimeout(s_hour).IsClean),
        ];
        foreach (Action<Runtime> end in ends)
        {
            Runtime runtime = Runtimes.Builder(kind).CleanupGrace(s_short).Build();
            JoinHandle server = runtime.Spawn(async () => await Kio.Sleep(s_hour));
            using ManualResetEventSlim returned = new();
            runtime.ShutdownToken.Register(() =>
            {
                server.JoinAsync().AsTask().Wait();
                returned.Set();
            });
            end(runtime);
            returned.Wait();
            runtime.Dispose();
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void One_that_blocks_holds_up_no_shutdown_and_is_reported(RuntimeKind kind) => Bounded.Run(() =>
    {
        using ManualResetEventSlim never = new();
        ShutdownReport report = Stuck().ShutdownAsync(s_short, s_short).Result;
        Straggler straggler = Assert.Single(report.Stragglers);
        Assert.Equal(StragglerOutcome.StillRunning, straggler.Outcome);
        Assert.Equal(TaskDumpKind.TokenCallback, straggler.Task.Kind);
        Assert.Equal(["a callback of ShutdownToken"], straggler.Task.AwaitChain);
        Assert.Contains("token callback", report.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, Stuck().ShutdownTimeout(s_short).StragglerCount);
        Stuck().Dispose();
        Runtime background = Stuck();
        JoinHandle task = background.Spawn(async () => await Kio.Sleep(s_hour));
        background.ShutdownBackground();
        using Runtime other = Runtimes.Create(RuntimeKind.CurrentThread);
        Assert.True(other.BlockOn(task.JoinAsync()).IsAborted);
        never.Set();

        Runtime Stuck()
        {
            Runtime runtime = Runtimes.Builder(kind).CleanupGrace(s_short).Build();
            runtime.ShutdownToken.Register(() => never.Wait());
            return runtime;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.WithWorkers), MemberType = typeof(Runtimes))]
    public void One_that_waits_for_the_task_that_ends_the_runtime_gets_its_end(RuntimeKind kind) => Bounded.Run(() =>
    {
        // It does not wait in a task: not for callbacks either.
        Runtime runtime = Runtimes.Builder(kind).CleanupGrace(s_hour).Build();
        JoinHandle caller = default;
        using ManualResetEventSlim spawned = new();
        runtime.ShutdownToken.Register(() => caller.JoinAsync().AsTask().Wait());
        caller = runtime.Spawn(async () =>
        {
            spawned.Wait();
            runtime.Dispose();
            await Kio.YieldNow();
        });
        spawned.Set();
        caller.JoinAsync().AsTask().Wait();
        runtime.Dispose();
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Of_closures_whose_tokens_have_callbacks_that_block_the_others_are_told(RuntimeKind kind) => Bounded.Run(() =>
    {
        using ManualResetEventSlim never = new();
        using CountdownEvent started = new(3);
        Runtime runtime = Runtimes.Builder(kind).CleanupGrace(s_short).Build();
        JoinHandle[] stuck = [Closure(), Closure()];
        JoinHandle told = runtime.SpawnBlocking(token =>
        {
            started.Signal();
            token.WaitHandle.WaitOne();
        });
        started.Wait();
        ShutdownReport report = runtime.ShutdownTimeout(s_short);
        told.JoinAsync().AsTask().Wait();
        TaskId[] callbacks = [.. report.Stragglers.Where(each => each.Task.Kind == TaskDumpKind.TokenCallback).Select(each => each.Task.Id!.Value)];
        Assert.Equal([.. stuck.Select(handle => handle.Id)], callbacks.OrderBy(id => id == stuck[0].Id ? 0 : 1));
        never.Set();
        foreach (JoinHandle handle in stuck)
        {
            handle.JoinAsync().AsTask().Wait();
        }

        JoinHandle Closure() => runtime.SpawnBlocking(token =>
        {
            token.Register(() => never.Wait(CancellationToken.None));
            started.Signal();
            never.Wait(CancellationToken.None);
        });
    });

    [Fact]
    public void A_failure_that_ends_the_runtime_does_not_wait_for_one_that_blocks() => Bounded.Run(() =>
    {
        using ManualResetEventSlim never = new();
        using Runtime runtime = Runtimes.Builder(RuntimeKind.OneWorker).OnUnhandledFailure(UnhandledFailure.ShutdownRuntime)
            .CleanupGrace(s_short).Build();
        runtime.ShutdownToken.Register(() => never.Wait());
        Assert.Throws<FormatException>(() => runtime.BlockOn(async () =>
        {
            Kio.Detach(async () =>
            {
                await Kio.YieldNow();
                throw new FormatException();
            });
            await Kio.Sleep(s_hour);
        }));
        never.Set();
    });
}
