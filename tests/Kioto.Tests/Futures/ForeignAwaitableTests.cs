using System;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace Kioto.Tests;

public sealed class ForeignAwaitableTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Completed_Tasks_are_awaited_without_suspending(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        await Task.CompletedTask;
        Assert.Equal(3, await Task.FromResult(3));
        Assert.Equal(4, await new ValueTask<int>(4));
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_Task_completed_later_resumes_the_future(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        TaskCompletionSource<int> source = new();
        Task<int> task = source.Task;
        JoinHandle<int> handle = Kio.Spawn(async () => await task);
        await Kio.YieldNow();
        Assert.False(handle.IsFinished);
        source.SetResult(9);
        Assert.Equal(9, await handle);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_Task_completed_by_a_plain_thread_resumes_on_the_runtime(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        RuntimeHandle here = RuntimeHandle.Current;
        for (int i = 0; i < 20; i++)
        {
            TaskCompletionSource<int> source = new(
                i % 2 == 0 ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
            new Thread(() => source.SetResult(i)) { IsBackground = true }.Start();
            Assert.Equal(i, await source.Task);
            Assert.Same(here, RuntimeHandle.Current);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void ConfigureAwait_changes_nothing_about_where_a_future_goes_on(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        RuntimeHandle here = RuntimeHandle.Current;
        SynchronizationContext? context = SynchronizationContext.Current;
        foreach (bool captured in new[] { false, true })
        {
            await Task.Delay(1).ConfigureAwait(captured);
            Check();
            Assert.Equal(5, await Later(5).ConfigureAwait(captured));
            Check();
            Assert.Equal("five", await Later("five").ConfigureAwait(captured));
            Check();
            await new ValueTask(Task.Delay(1)).ConfigureAwait(captured);
            Check();
            Assert.Equal(6, await new ValueTask<int>(Later(6)).ConfigureAwait(captured));
            Check();
            Assert.Equal("six", await new ValueTask<string>(Later("six")).ConfigureAwait(captured));
            Check();
            Assert.Equal((7L, "seven"), await new ValueTask<(long, string)>(Later((7L, "seven"))).ConfigureAwait(captured));
            Check();
        }

        void Check()
        {
            Assert.Same(here, RuntimeHandle.Current);
            Assert.Same(context, SynchronizationContext.Current);
        }

        static async Task<T> Later<T>(T value)
        {
            await Task.Delay(1).ConfigureAwait(false);
            return value;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void ConfigureAwait_options_are_kept(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        RuntimeHandle here = RuntimeHandle.Current;
        TaskCompletionSource source = new();
        Kio.Detach(async () =>
        {
            await Kio.YieldNow();
            source.SetException(new FormatException());
        });
        await source.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.True(source.Task.IsFaulted);
        await source.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        await Expect.Throws<FormatException>(async () => await source.Task.ConfigureAwait(ConfigureAwaitOptions.ForceYielding));

        bool others = false;
        Kio.Detach(async () => Volatile.Write(ref others, true));
        while (!Volatile.Read(ref others))
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }

        Assert.Same(here, RuntimeHandle.Current);
    });

    [Fact]
    public void Task_Yield_resumes() => Runtimes.Run(async () =>
    {
        RuntimeHandle here = RuntimeHandle.Current;
        for (int i = 0; i < 1000; i++)
        {
            await Task.Yield();
        }

        Assert.Same(here, RuntimeHandle.Current);
    });

    [Fact]
    public void A_faulted_Task_throws_its_own_exception() => Runtimes.Run(async () =>
    {
        TaskCompletionSource source = new();
        JoinHandle handle = Kio.Spawn(async () => await source.Task);
        await Kio.YieldNow();
        source.SetException(new FormatException("mine"));
        Assert.Equal("mine", (await Expect.Throws<FormatException>(async () => await handle)).Message);
    });

    [Fact]
    public void A_cancelled_Task_faults_the_future_but_does_not_count_as_aborted() => Runtimes.Run(async () =>
    {
        JoinHandle handle = Kio.Spawn(async () => await Task.FromCanceled(new CancellationToken(true)));
        JoinResult result = await handle.JoinAsync();
        Assert.True(result.IsFaulted);
        Assert.False(result.IsAborted);
        Assert.IsType<TaskCanceledException>(result.Exception);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_ValueTask_over_a_source_takes_its_result_once(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        ManualSource source = new();
        for (int i = 0; i < 50; i++)
        {
            ValueTask<int> task = source.Task();
            JoinHandle<int> handle = Kio.Spawn(async () => i % 2 == 0 ? await task : await task.ConfigureAwait(false));
            await Kio.YieldNow();
            source.Complete(i);
            Assert.Equal(i, await handle);

            // Completed before it is awaited.
            task = source.Task();
            source.Complete(-i);
            Assert.Equal(-i, i % 2 == 0 ? await task : await task.ConfigureAwait(false));
            Assert.Equal(2 * (i + 1), source.Taken);
            await Expect.Throws<InvalidOperationException>(async () => await task);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_ValueTask_whose_source_fails_throws(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        ManualSource source = new();
        foreach (bool before in new[] { false, true })
        {
            ValueTask<int> task = source.Task();
            if (before)
            {
                source.Fail(new FormatException());
            }

            JoinHandle<int> handle = Kio.Spawn(async () => await task.ConfigureAwait(false));
            await Kio.YieldNow();
            if (!before)
            {
                source.Fail(new FormatException());
            }

            await Expect.Throws<FormatException>(async () => await handle);
        }
    });

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Custom_awaitables_complete_inside_OnCompleted_and_elsewhere(bool critical, bool otherThread) =>
        Runtimes.Run(async () =>
        {
            for (int i = 0; i < 50; i++)
            {
                ManualAwaitable awaitable = new(otherThread ? Completing.OnAnotherThread : Completing.InsideOnCompleted);
                Assert.Equal(42, critical ? await new CriticalAwaitable(awaitable) : await awaitable);
            }
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Custom_awaitables_complete_inside_OnCompleted_in_BlockOn(bool otherThread) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        Assert.Equal(42, runtime.BlockOn(async () =>
            await new ManualAwaitable(otherThread ? Completing.OnAnotherThread : Completing.InsideOnCompleted)));
    });

    [Fact]
    public void Aborting_a_task_waits_for_the_foreign_operation_it_awaits() => Runtimes.Run(async () =>
    {
        ManualAwaitable awaitable = new(Completing.WhenTold);
        bool resumed = false;
        JoinHandle handle = Kio.Spawn(async () =>
        {
            await awaitable;
            resumed = true;
            await Kio.YieldNow();
            resumed = false;
        });
        await Expect.Until(() => awaitable.HasContinuation);
        handle.Abort();
        for (int i = 0; i < 100; i++)
        {
            await Kio.YieldNow();
        }

        Assert.False(handle.IsFinished);
        awaitable.Complete();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.True(resumed);
    });

    [Fact]
    public void An_awaitable_that_never_completes_is_dropped_at_shutdown() => Bounded.Run(() =>
    {
        ManualAwaitable awaitable = new(Completing.WhenTold);
        JoinHandle<int> handle;
        using (Runtime runtime = Runtimes.Builder(RuntimeKind.TwoWorkers)
            .CleanupGrace(TimeSpan.FromMilliseconds(50)).Build())
        {
            handle = runtime.Spawn(async () => await awaitable);
            runtime.RunTask(() => Expect.Until(() => awaitable.HasContinuation));
        }

        Assert.True(handle.IsFinished);
        awaitable.Complete();
    });

    [Fact]
    public void An_exception_thrown_by_OnCompleted_reaches_the_method() => Runtimes.Run(async () =>
    {
        await Expect.Throws<NotSupportedException>(async () => await new Refusing());
        await Kio.YieldNow();
        JoinHandle handle = Kio.Spawn(async () => await new Refusing());
        Assert.IsType<NotSupportedException>((await handle.JoinAsync()).Exception);
    });

    private sealed class Refusing : System.Runtime.CompilerServices.INotifyCompletion
    {
        public bool IsCompleted => false;

        public Refusing GetAwaiter() => this;

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation) => throw new NotSupportedException();
    }

    private sealed class ManualSource : IValueTaskSource<int>
    {
        private ManualResetValueTaskSourceCore<int> _core;

        internal int Taken { get; private set; }

        public int GetResult(short token)
        {
            try
            {
                int result = _core.GetResult(token);
                Taken++;
                return result;
            }
            finally
            {
                if (token == _core.Version)
                {
                    _core.Reset();
                }
            }
        }

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);

        internal ValueTask<int> Task() => new(this, _core.Version);

        internal void Complete(int value) => _core.SetResult(value);

        internal void Fail(Exception exception) => _core.SetException(exception);
    }
}
