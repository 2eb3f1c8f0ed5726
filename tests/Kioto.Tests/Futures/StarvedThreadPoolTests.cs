using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using System.Threading.Tasks.Dataflow;
using System.Threading.Tasks.Sources;

namespace Kioto.Tests;

/// <summary>
/// Every thread of the .NET pool blocks, and so many more items wait that one queued behind them would not run within
/// the tests' time limit: whatever needs the pool hangs.
/// </summary>
[Collection(SerialCollection.Name)]
public sealed class StarvedThreadPoolTests
{
    public static TheoryData<RuntimeKind, int> KindsAndMinThreads()
    {
        TheoryData<RuntimeKind, int> data = [];
        foreach (RuntimeKind kind in Runtimes.Kinds)
        {
            data.Add(kind, 1);
            data.Add(kind, 8);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(KindsAndMinThreads))]
    public void Whatever_completes_elsewhere_resumes_a_future(RuntimeKind kind, int minThreads) =>
        WhileStarved(kind, minThreads, runtime => runtime.RunTask(async () =>
        {
            foreach ((string form, Func<Operations, Future> wait) in s_forms)
            {
                foreach ((string where, Action<Operations> complete) in s_completers)
                {
                    await Once($"{form}, {where}", wait, complete);
                }
            }
        }));

    [Theory]
    [MemberData(nameof(KindsAndMinThreads))]
    public void Task_based_code_of_a_runtime_goes_on(RuntimeKind kind, int minThreads) =>
        WhileStarved(kind, minThreads, runtime => runtime.BlockOn(async Task () =>
        {
            for (int i = 0; i < 20; i++)
            {
                await Task.Yield();
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                await Kio.Spawn(async () => await Kio.YieldNow());
                Operations operations = new();
                OnPlainThread(operations);
                await operations.Asynchronous.Task;
                Assert.Equal(1, await Kio.Spawn(async () => 1).AsFuture().AsTask());
            }
        }));

    [Theory]
    [MemberData(nameof(KindsAndMinThreads))]
    public void The_runtimes_TaskScheduler_and_context_go_on(RuntimeKind kind, int minThreads) =>
        WhileStarved(kind, minThreads, runtime => runtime.RunTask(async () =>
        {
            TaskScheduler scheduler = runtime.AsTaskScheduler();
            for (int i = 0; i < 20; i++)
            {
                await Task.Factory.StartNew(
                    async () =>
                    {
                        await Task.Yield();
                        Operations operations = new();
                        OnPlainThread(operations);
                        await operations.Asynchronous.Task;
                        await Kio.YieldNow();
                    },
                    CancellationToken.None,
                    TaskCreationOptions.None,
                    scheduler).Unwrap();
                TaskCompletionSource posted = new();
                runtime.AsSynchronizationContext().Post(_ => posted.SetResult(), null);
                await posted.Task;
            }

            int sum = 0;
            ParallelOptions options = new() { TaskScheduler = scheduler };
            await Parallel.ForEachAsync(AsyncSequences.Count(20), options, async (i, _) =>
            {
                await Kio.YieldNow();
                Interlocked.Add(ref sum, i);
            });
            Assert.Equal(190, sum);
            TaskCompletionSource<int> processed = new();
            ActionBlock<int> block = new(processed.SetResult, new ExecutionDataflowBlockOptions { TaskScheduler = scheduler });
            block.Post(10);
            Assert.Equal(10, await processed.Task);
        }));

    [Theory]
    [MemberData(nameof(KindsAndMinThreads))]
    public void Blocking_closures_have_threads_of_their_own(RuntimeKind kind, int minThreads) =>
        WhileStarved(kind, minThreads, runtime => Assert.Equal(7, runtime.BlockOn(runtime.SpawnBlocking(() => 7).AsFuture())));

    private static readonly (string Name, Func<Operations, Future> Wait)[] s_forms =
    [
        ("Task", static async o => await o.Synchronous.Task),
        ("asynchronous Task", static async o => await o.Asynchronous.Task),
        ("Task, ConfigureAwait(false)", static async o => await o.Synchronous.Task.ConfigureAwait(false)),
        ("asynchronous Task, ConfigureAwait(false)", static async o => await o.Asynchronous.Task.ConfigureAwait(false)),
        ("Task without result, ConfigureAwait(false)", static async o => await ((Task)o.Asynchronous.Task).ConfigureAwait(false)),
        ("ForceYielding", static async o =>
        {
            await ((Task)o.Asynchronous.Task).ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }),
        ("Task.AsFuture", static async o => await o.Asynchronous.Task.AsFuture()),
        ("Task<string>, ConfigureAwait(false)", static async o => await o.Text.Task.ConfigureAwait(false)),
        ("Task<Guid>, ConfigureAwait(false)", static async o => await o.Id.Task.ConfigureAwait(false)),
        ("ValueTask of a Task", static async o => await new ValueTask<int>(o.Asynchronous.Task).ConfigureAwait(false)),
        ("ValueTask of a source", static async o => await o.Source.Result),
        ("ValueTask of a source, ConfigureAwait(false)", static async o => await o.Source.Result.ConfigureAwait(false)),
        ("ValueTask without result, ConfigureAwait(false)", static async o => await o.Source.Plain.ConfigureAwait(false)),
        ("ValueTask<Guid>, ConfigureAwait(false)", static async o => await o.IdSource.Result.ConfigureAwait(false)),
        ("ReadAsync", static async o => await o.Channel.Reader.ReadAsync()),
        ("ReadAsync, ConfigureAwait(false)", static async o => await o.Channel.Reader.ReadAsync().ConfigureAwait(false)),
        ("await foreach, ConfigureAwait(false)", static async o =>
        {
            // Not ReadAllAsync: .NET's own iterator goes on on the pool.
            await foreach (int item in Items(o).ConfigureAwait(false))
            {
            }
        }),
        ("SemaphoreSlim", static async o => await o.Semaphore.WaitAsync().ConfigureAwait(false)),

        // Not over asynchronous Tasks: .NET completes these on its pool then.
        ("WhenAll", static async o => await Task.WhenAll(o.Synchronous.Task, o.Other.Task).ConfigureAwait(false)),
        ("WhenAny", static async o => await Task.WhenAny(o.Synchronous.Task, o.Other.Task).ConfigureAwait(false)),
    ];

    private static readonly (string Name, Action<Operations> Complete)[] s_completers =
    [
        ("on a worker", static o => o.Complete()),
        ("on a plain thread", OnPlainThread),
        ("on a thread with a synchronization context", static o => OnThread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new Lost());
            o.Complete();
        })),
        ("on a thread with values", static o => OnThread(() =>
        {
            new AsyncLocal<int>().Value = 1;
            o.Complete();
        })),
        ("under a TaskScheduler", static o => OnThread(() => new Task(o.Complete).RunSynchronously(new Inline()))),
    ];

    private static async IAsyncEnumerable<int> Items(Operations operations)
    {
        yield return await operations.Asynchronous.Task;
        yield return await operations.Channel.Reader.ReadAsync();
    }

    private static volatile string s_step = "";

    private static async Future Once(string name, Func<Operations, Future> wait, Action<Operations> complete)
    {
        s_step = name;
        Operations operations = new();
        JoinHandle waiter = Kio.Spawn(() => wait(operations));
        for (int i = 0; i < 5; i++)
        {
            await Kio.YieldNow();
        }

        Assert.False(waiter.IsFinished, name);
        complete(operations);
        await waiter;
    }

    private static void OnPlainThread(Operations operations) => OnThread(operations.Complete);

    private static void OnThread(ThreadStart body) => new Thread(body) { IsBackground = true }.Start();

    private static void WhileStarved(RuntimeKind kind, int minThreads, Action<Runtime> body)
    {
        ThreadPool.GetMinThreads(out int workers, out int completion);
        using ManualResetEventSlim release = new();
        using CountdownEvent left = new(200);
        try
        {
            ThreadPool.SetMinThreads(minThreads, completion);
            for (int i = 0; i < 200; i++)
            {
                ThreadPool.UnsafeQueueUserWorkItem(
                    _ =>
                    {
                        release.Wait();
                        left.Signal();
                    },
                    null);
            }

            Bounded.Run(
                () =>
                {
                    using Runtime runtime = Runtimes.Create(kind);
                    body(runtime);
                    Assert.NotEqual(0, left.CurrentCount);
                },
                () => s_step);
        }
        finally
        {
            release.Set();
            left.Wait();
            ThreadPool.SetMinThreads(workers, completion);
        }
    }

    /// <summary>What can be awaited, all completed together.</summary>
    private sealed class Operations
    {
        internal TaskCompletionSource<int> Synchronous { get; } = new();

        internal TaskCompletionSource<int> Other { get; } = new();

        internal TaskCompletionSource<int> Asynchronous { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal TaskCompletionSource<string> Text { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal TaskCompletionSource<Guid> Id { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal AsynchronousSource<int> Source { get; } = new();

        internal AsynchronousSource<Guid> IdSource { get; } = new();

        internal Channel<int> Channel { get; } = System.Threading.Channels.Channel.CreateUnbounded<int>();

        internal SemaphoreSlim Semaphore { get; } = new(0);

        internal void Complete()
        {
            Synchronous.SetResult(1);
            Other.SetResult(1);
            Asynchronous.SetResult(1);
            Text.SetResult("");
            Id.SetResult(default);
            Source.Complete(1);
            IdSource.Complete(default);
            Channel.Writer.TryWrite(1);
            Semaphore.Release();
        }
    }

    /// <summary>A source that hands its continuation to whatever context it finds, else to the pool.</summary>
    private sealed class AsynchronousSource<T> : IValueTaskSource<T>, IValueTaskSource
    {
        private ManualResetValueTaskSourceCore<T> _core = new() { RunContinuationsAsynchronously = true };

        internal ValueTask<T> Result => new(this, _core.Version);

        internal ValueTask Plain => new(this, _core.Version);

        public T GetResult(short token) => _core.GetResult(token);

        void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);

        internal void Complete(T result) => _core.SetResult(result);
    }

    /// <summary>Runs nothing that is posted.</summary>
    private sealed class Lost : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }

    /// <summary>Runs Tasks where they are queued.</summary>
    private sealed class Inline : TaskScheduler
    {
        protected override IEnumerable<Task> GetScheduledTasks() => [];

        protected override void QueueTask(Task task) => TryExecuteTask(task);

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => TryExecuteTask(task);
    }
}
