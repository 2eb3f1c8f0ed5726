using System;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>Scopes that Task-based code of a task opens: aborting the task reaches them, wherever its awaits have led.</summary>
public sealed class TaskScopeInTaskTests
{
    public static TheoryData<RuntimeKind, bool, bool> Forms
    {
        get
        {
            TheoryData<RuntimeKind, bool, bool> data = [];
            foreach (RuntimeKind kind in (RuntimeKind[])[.. Runtimes.Kinds, RuntimeKind.LocalRuntime, RuntimeKind.LocalSet])
            {
                data.Add(kind, true, true);
                data.Add(kind, true, false);
                data.Add(kind, false, true);
                data.Add(kind, false, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Aborting_the_task_cancels_the_children(RuntimeKind kind, bool awaitUsing, bool stays) => Runtimes.Run(kind, async () =>
    {
        Event started = new();
        bool cleaned = false;
        JoinHandle task = Kio.Spawn(async Task () =>
        {
            await Task.Yield();
            if (!stays)
            {
                await Task.Delay(1).ConfigureAwait(false);
            }

            if (awaitUsing)
            {
                await using TaskScope scope = TaskScope.Open();
                scope.Spawn(Child);
            }
            else
            {
                await TaskScope.RunAsync(async scope =>
                {
                    scope.Spawn(Child);
                    await GroupBodies.Never();
                });
            }
        });
        await started.WaitAsync();
        task.Abort();
        await task.JoinAsync();
        Assert.True(Volatile.Read(ref cleaned));

        async Future Child()
        {
            try
            {
                started.Set();
                await GroupBodies.Never();
            }
            finally
            {
                await Kio.YieldNow();
                Volatile.Write(ref cleaned, true);
            }
        }
    });

    [Fact]
    public void A_scope_in_the_cleanup_of_the_task_is_for_that_cleanup() => Runtimes.Run(async () =>
    {
        Event started = new();
        int cleaned = 0;
        JoinHandle task = Kio.Spawn(async Task () =>
        {
            CancellationToken token = Kio.CancellationToken;
            await Task.Yield();
            started.Set();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            }
            catch (OperationCanceledException)
            {
                await TaskScope.RunAsync(async scope =>
                {
                    scope.Spawn(async () =>
                    {
                        await Kio.YieldNow();
                        Interlocked.Increment(ref cleaned);
                    });
                    await Kio.YieldNow();
                });
            }
        });
        await started.WaitAsync();
        task.Abort();
        await task.JoinAsync();
        Assert.Equal(1, cleaned);
    });

    [Fact]
    public void What_flows_keeps_no_task_that_has_ended() => Runtimes.Run(async () =>
    {
        ExecutionContext? kept = null;
        Strand? during = null;
        RuntimeScheduler? runtime = null;
        await Kio.Spawn(async Task () =>
        {
            await Task.Yield();
            kept = ExecutionContext.Capture();
            during = Scheduler.FlowingStrand;
        });
        Strand? after = during;
        ExecutionContext.Run(
            kept!,
            _ =>
            {
                after = Scheduler.FlowingStrand;
                runtime = Scheduler.Flowing as RuntimeScheduler;
            },
            null);
        Assert.NotNull(during);
        Assert.Null(after);
        Assert.NotNull(runtime);
    });
}
