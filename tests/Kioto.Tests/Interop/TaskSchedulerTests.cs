using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>The runtime as a scheduler of .NET's Tasks.</summary>
public sealed class TaskSchedulerTests
{
    private const string Worker = "scheduler-worker";

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Tasks_run_on_workers_and_find_the_runtime(RuntimeKind kind) => On(kind, runtime => async () =>
    {
        TaskScheduler scheduler = runtime.AsTaskScheduler();
        for (int i = 0; i < 100; i++)
        {
            (bool worker, RuntimeHandle? handle, TaskScheduler current) = await Start(
                scheduler, () => (OnWorker(kind), RuntimeHandle.TryCurrent, TaskScheduler.Current));
            Assert.True(worker);
            Assert.Same(runtime.Handle, handle);
            Assert.Same(scheduler, current);
        }

        Assert.Same(scheduler, runtime.Handle.AsTaskScheduler());
        Assert.Equal(runtime.Handle.WorkerThreads, scheduler.MaximumConcurrencyLevel);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Awaits_come_back_to_the_scheduler(RuntimeKind kind) => On(kind, runtime => async () =>
    {
        TaskScheduler scheduler = runtime.AsTaskScheduler();
        await Start(scheduler, async () =>
        {
            for (int i = 0; i < 10; i++)
            {
                await Task.Yield();
                Check();
                await Task.Delay(1);
                Check();
                await Kio.YieldNow();
                Check();
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                Check();
                Assert.Equal(i, await Kio.Spawn(async () =>
                {
                    await Kio.YieldNow();
                    return i;
                }));
                Check();
                await Kio.YieldNow().AsTask();
                Check();
            }
        }).Unwrap();

        void Check()
        {
            Assert.True(OnWorker(kind));
            Assert.Same(scheduler, TaskScheduler.Current);
            Assert.Null(SynchronizationContext.Current);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void The_workers_context_is_what_it_was_afterwards(RuntimeKind kind) => On(kind, runtime => async () =>
    {
        SynchronizationContext context = SynchronizationContext.Current!;
        Assert.IsType(runtime.AsSynchronizationContext().GetType(), context);
        for (int i = 0; i < 20; i++)
        {
            await Start(runtime.AsTaskScheduler(), () => SynchronizationContext.SetSynchronizationContext(new SynchronizationContext()));
            Assert.Same(context, await Kio.Spawn(() => Future.FromResult(SynchronizationContext.Current)));
            context.Post(_ => SynchronizationContext.SetSynchronizationContext(null), null);
            await Kio.YieldNow();
            Assert.Same(context, await Kio.Spawn(() => Future.FromResult(SynchronizationContext.Current)));
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Failures_and_cancellation_end_in_the_Task(RuntimeKind kind) => On(kind, runtime => async () =>
    {
        TaskScheduler scheduler = runtime.AsTaskScheduler();
        await Expect.Throws<FormatException>(async () => await Start(scheduler, () => throw new FormatException()));
        using CancellationTokenSource source = new();
        Task late = Task.Factory.StartNew(
            () => Assert.Fail("It was cancelled before it ran."), source.Token, TaskCreationOptions.None, StuckUntil(source, runtime));
        await Expect.Throws<TaskCanceledException>(async () => await late);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_Task_that_is_waited_for_on_a_worker_runs_there(RuntimeKind kind) => On(kind, runtime => async () =>
    {
        // With one worker it would wait for itself.
        await Kio.YieldNow();
        TaskScheduler scheduler = runtime.AsTaskScheduler();
        SynchronizationContext? before = SynchronizationContext.Current;
        Task<int> task = Start(scheduler, () => Start(scheduler, () => Environment.CurrentManagedThreadId).Result);
#pragma warning disable KIO0002 // What a wait on a worker does is the question.
        int ran = task.Result;
#pragma warning restore KIO0002
        if (kind is RuntimeKind.CurrentThread or RuntimeKind.OneWorker)
        {
            Assert.Equal(Environment.CurrentManagedThreadId, ran);
        }

        Assert.Same(before, SynchronizationContext.Current);
        await Kio.YieldNow();
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void RunSynchronously_elsewhere_runs_on_a_worker(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Create(kind);
        Driven(runtime, () =>
        {
            Task<bool> task = new(() => OnWorker(kind));
            task.RunSynchronously(runtime.AsTaskScheduler());
            Assert.True(task.Result);
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void LongRunning_runs_on_the_blocking_pool(RuntimeKind kind) => On(kind, runtime => async () =>
    {
        TaskScheduler scheduler = runtime.AsTaskScheduler();
        using ManualResetEventSlim release = new();
        Task<string?> stuck = Task.Factory.StartNew(
            () =>
            {
                release.Wait();
                return Thread.CurrentThread.Name;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            scheduler);
        await Start(scheduler, () => { });
        release.Set();
        Assert.Equal(Worker + "-io-1", await stuck);
        Task<bool> inside = Task.Factory.StartNew(
            async () =>
            {
                await Task.Yield();
                return OnWorker(kind);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            scheduler).Unwrap();
        Assert.True(await inside);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Parallel_ForEachAsync_runs_on_it(RuntimeKind kind) => On(kind, runtime => async () =>
    {
        ConcurrentBag<int> seen = [];
        ParallelOptions options = new() { TaskScheduler = runtime.AsTaskScheduler(), MaxDegreeOfParallelism = 4 };
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), options, async (i, token) =>
        {
            Assert.True(OnWorker(kind));
            await Kio.YieldNow();
            Assert.True(OnWorker(kind));
            await Task.Yield();
            Assert.True(OnWorker(kind));
            seen.Add(i);
        });
        Assert.Equal(Enumerable.Range(0, 200), seen.Order());
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Parallel_For_runs_on_it(RuntimeKind kind) => On(kind, runtime => async () =>
    {
        int sum = 0;
        ParallelOptions options = new() { TaskScheduler = runtime.AsTaskScheduler() };
        Parallel.For(0, 1000, options, i =>
        {
            Assert.True(OnWorker(kind));
            Interlocked.Add(ref sum, i);
        });
        Assert.Equal(499_500, sum);
        await Kio.YieldNow();
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void An_exclusive_scheduler_on_top_stays_exclusive_across_awaits(RuntimeKind kind) => On(kind, runtime => async () =>
    {
        ConcurrentExclusiveSchedulerPair pair = new(runtime.AsTaskScheduler());
        int inside = 0;
        int count = 0;
        List<Task> tasks = [];
        for (int i = 0; i < 20; i++)
        {
            tasks.Add(Start(pair.ExclusiveScheduler, async () =>
            {
                for (int turn = 0; turn < 10; turn++)
                {
                    Assert.Same(pair.ExclusiveScheduler, TaskScheduler.Current);
                    Assert.Equal(1, Interlocked.Increment(ref inside));
                    Thread.SpinWait(100);
                    count++;
                    Interlocked.Decrement(ref inside);
                    if (turn % 2 == 0)
                    {
                        await Kio.YieldNow();
                    }
                    else
                    {
                        await Task.Yield();
                    }
                }
            }).Unwrap());
        }

        await Task.WhenAll(tasks);
        Assert.Equal(200, count);
    });

    [Fact]
    public void Outside_any_runtime_an_await_of_a_future_comes_back_to_the_TaskScheduler() => Bounded.Run(() =>
    {
        ConcurrentExclusiveSchedulerPair pair = new();
        Signal signal = new();
        Task<TaskScheduler> task = Start(pair.ExclusiveScheduler, async () =>
        {
            await signal.AsFuture();
            return TaskScheduler.Current;
        }).Unwrap();
        SpinWait.SpinUntil(() => signal.Polls > 0);
        signal.Set();
        Assert.Same(pair.ExclusiveScheduler, task.Result);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Child_Tasks_and_continuations_run_on_it(RuntimeKind kind) => On(kind, runtime => async () =>
    {
        TaskScheduler scheduler = runtime.AsTaskScheduler();
        bool child = false;
        await Task.Factory.StartNew(
            () => Task.Factory.StartNew(
                () => child = OnWorker(kind), CancellationToken.None, TaskCreationOptions.AttachedToParent, TaskScheduler.Current),
            CancellationToken.None,
            TaskCreationOptions.None,
            scheduler);
        Assert.True(child);
        TaskCompletionSource source = new();
        Task<bool> after = source.Task.ContinueWith(_ => OnWorker(kind), scheduler);
        new Thread(source.SetResult) { IsBackground = true }.Start();
        Assert.True(await after);
    });

    [Fact]
    public void A_new_Task_after_the_end_throws() => Bounded.Run(() =>
    {
        Runtime runtime = Create(RuntimeKind.OneWorker);
        runtime.Dispose();
        foreach (TaskCreationOptions options in new[] { TaskCreationOptions.None, TaskCreationOptions.LongRunning })
        {
            TaskSchedulerException exception = Assert.Throws<TaskSchedulerException>(
                () => StartAndForget(runtime.AsTaskScheduler(), options));
            Assert.Contains("shut down", Assert.IsType<ObjectDisposedException>(exception.InnerException).Message, StringComparison.Ordinal);
        }

        Task after = Task.CompletedTask.ContinueWith(_ => { }, runtime.AsTaskScheduler());
        Assert.IsType<TaskSchedulerException>(after.Exception!.InnerException);
        ParallelOptions parallel = new() { TaskScheduler = runtime.AsTaskScheduler() };
        Task forEach = Parallel.ForEachAsync([1], parallel, (_, _) => default);
        Assert.ThrowsAny<Exception>(forEach.Wait);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void An_async_method_that_outlives_the_runtime_goes_on(RuntimeKind kind) => Bounded.Run(() =>
    {
        TaskCompletionSource source = new();
        Task<int> task;
        int started = 0;
        using (Runtime runtime = Create(kind))
        {
            task = Start(runtime.AsTaskScheduler(), async () =>
            {
                Volatile.Write(ref started, 1);
                await source.Task;
                await Task.Yield();
                await Kio.YieldNow();
                return await Task.Factory.StartNew(() => 3);
            }).Unwrap();
            runtime.BlockOn(Expect.Until(() => Volatile.Read(ref started) == 1));
        }

        source.SetResult();
        Assert.Equal(3, task.Result);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void What_is_queued_when_the_runtime_ends_runs_all_the_same(RuntimeKind kind) => Bounded.Run(() =>
    {
        for (int round = 0; round < 10; round++)
        {
            List<Task> tasks = [];
            int ran = 0;
            using (Runtime runtime = Runtimes.Builder(kind).MaxBlockingThreads(1).Build())
            {
                for (int i = 0; i < 50; i++)
                {
                    tasks.Add(Task.Factory.StartNew(
                        () => Interlocked.Increment(ref ran),
                        CancellationToken.None,
                        i % 10 == 0 ? TaskCreationOptions.LongRunning : TaskCreationOptions.None,
                        runtime.AsTaskScheduler()));
                }
            }

            Task.WaitAll([.. tasks]);
            Assert.Equal(50, ran);
        }
    });

    [Fact]
    public void Debuggers_see_the_Tasks_that_wait() => Bounded.Run(() =>
    {
        using Runtime runtime = Create(RuntimeKind.CurrentThread);
        TaskScheduler scheduler = runtime.AsTaskScheduler();
        Task first = Start(scheduler, () => { });
        Task second = Start(scheduler, () => { });
        Assert.Equal([first, second], Scheduled().OrderBy(task => task.Id));
        runtime.BlockOn(async () => await Task.WhenAll(first, second));
        Assert.Empty(Scheduled());

        IEnumerable<Task> Scheduled() => (IEnumerable<Task>)scheduler.GetType()
            .GetMethod("GetScheduledTasks", BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(scheduler, null)!;
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void AsyncLocals_flow_into_Tasks_and_do_not_leak_out(RuntimeKind kind) => On(kind, runtime => async () =>
    {
        TaskScheduler scheduler = runtime.AsTaskScheduler();
        AsyncLocal<string?> local = new() { Value = "starter" };
        Assert.Equal("starter", await Start(scheduler, () => local.Value));
        await Start(scheduler, () => local.Value = "dirty");
        Assert.Equal("starter", local.Value);
        Task<string?> suppressed;
        using (ExecutionContext.SuppressFlow())
        {
            suppressed = Start<string?>(scheduler, () => local.Value);
        }

        Assert.Null(await suppressed);
        await Kio.YieldNow();
        Assert.Equal("starter", local.Value);
    });

    private static Task Start(TaskScheduler scheduler, Action body) =>
        Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler);

    private static Task<T> Start<T>(TaskScheduler scheduler, Func<T> body) =>
        Task.Factory.StartNew(body, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler);

    private static void StartAndForget(TaskScheduler scheduler, TaskCreationOptions options) =>
        _ = Task.Factory.StartNew(() => { }, CancellationToken.None, options, scheduler);

    private static Runtime Create(RuntimeKind kind) => Runtimes.Builder(kind).ThreadName(Worker).Build();

    private static void On(RuntimeKind kind, Func<Runtime, Func<Future>> body) => Bounded.Run(() =>
    {
        using Runtime runtime = Create(kind);
        runtime.RunTask(body(runtime));
    });

    // A current-thread runtime's worker is the test body's thread.
    private static bool OnWorker(RuntimeKind kind) =>
        Thread.CurrentThread.Name == (kind == RuntimeKind.CurrentThread ? Bounded.ThreadName : Worker);

    // Cancels before any Task that is queued behind it runs.
    private static TaskScheduler StuckUntil(CancellationTokenSource source, Runtime runtime)
    {
        ConcurrentExclusiveSchedulerPair pair = new(runtime.AsTaskScheduler());
        _ = Start(pair.ExclusiveScheduler, source.Cancel);
        return pair.ExclusiveScheduler;
    }

    // Runs the body on a plain thread, while this one drives a current-thread runtime.
    private static void Driven(Runtime runtime, Action body)
    {
        TaskCompletionSource done = new();
        Thread thread = new(() =>
        {
            try
            {
                body();
                done.SetResult();
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        })
        { IsBackground = true };
        thread.Start();
        runtime.BlockOn(async () => await done.Task);
    }
}
