using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Testing;

/// <summary>Runs a test's method on a runtime of its own, and looks at what it leaves behind.</summary>
internal static class KiotoTestBody
{
    /// <summary>Milliseconds that tasks have to end by themselves after the method.</summary>
    private const int Patience = 200;

    /// <summary>The same with closures of the blocking pool, which can't be told to hurry.</summary>
    private const int PatienceWithClosures = 5_000;

    /// <summary>Runs on a thread of its own, so that xUnit's time limits work and a hang holds up no other test.</summary>
    /// <param name="options">What runtime.</param>
    /// <param name="returns">The method's return type.</param>
    /// <param name="method">Calls the method.</param>
    /// <returns>When the test has ended, and how.</returns>
    internal static Task RunAsync(IKiotoTest options, Type returns, Func<object?> method)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() =>
        {
            try
            {
                Run(options, returns, method);
                done.SetResult();
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        })
        {
            IsBackground = true,
            Name = "kioto-test",
        };
        thread.Start();
        return done.Task;
    }

    private static void Run(IKiotoTest options, Type returns, Func<object?> method)
    {
        TestScope scope = TestScope.Open();
        FailureLedger ledger = new();
        List<(FailedTask Task, Exception Failure)> unobserved = [];
        RuntimeBuilder builder = options.Flavor switch
        {
            RuntimeFlavor.MultiThread => Runtime.CreateBuilder().WorkerThreads(options.WorkerThreads),
            RuntimeFlavor.PerCore => Runtime.CreatePerCoreBuilder().WorkerThreads(options.WorkerThreads),
            _ => Runtime.CreateCurrentThreadBuilder(),
        };
        builder.StartPaused(options.StartPaused).OnUnhandledFailure(Report).NoteFailures(ledger);
        LeakedTasksException? leaked;
        using (Runtime runtime = options.Flavor == RuntimeFlavor.Local ? builder.BuildLocal().AsRuntime() : builder.Build())
        {
            BlockOn(runtime, returns, method);
            leaked = options.AllowLeakedTasks ? null : runtime.BlockOn(() => FindLeaks(runtime));
        }

        lock (unobserved)
        {
            unobserved.AddRange(ledger.TakeUnobserved());
            if (unobserved.Count > 0)
            {
                throw new AggregateException(
                    $"Something of this test failed, and nobody has observed it: {string.Join("; ", unobserved.Select(static u => u.Task))}.",
                    unobserved.Select(static u => u.Failure));
            }
        }

        scope.ThrowIfFailed("Several mocks of this test were not used as their scripts say.");
        if (leaked is not null)
        {
            throw leaked;
        }

        void Report(Exception failure, FailedTask task)
        {
            lock (unobserved)
            {
                unobserved.Add((task, failure));
            }
        }
    }

    private static void BlockOn(Runtime runtime, Type returns, Func<object?> method)
    {
        if (returns == typeof(Future))
        {
            runtime.BlockOn(() => (Future)method()!);
        }
        else if (typeof(Task).IsAssignableFrom(returns))
        {
            runtime.BlockOn(Task () => (Task)method()!);
        }
        else if (returns == typeof(ValueTask))
        {
            runtime.BlockOn(Task () => ((ValueTask)method()!).AsTask());
        }
        else if (returns == typeof(void))
        {
            runtime.BlockOn(async () => { _ = method(); });
        }
        else
        {
            throw new NotSupportedException($"A Kioto test returns Future, Task, ValueTask or nothing, not {returns}.");
        }
    }

    // A worker that is awake may have one in its hands that no list and no queue knows at this moment.
    private static bool MayHaveTasks(RuntimeScheduler scheduler) =>
        scheduler.LiveTasks().Count > 0 || (scheduler.Options.HasWorkerThreads && !scheduler.AllWorkersSleep);

    // Those that are ready, or about to end on another thread, may end: that takes real time. A paused clock stands still
    // meanwhile, so that those who sleep on it are found.
    private static async Future<LeakedTasksException?> FindLeaks(Runtime runtime)
    {
        RuntimeScheduler scheduler = runtime.Handle.Scheduler;
        ClockState clock = scheduler.Driver.Timers.Clock;
        bool held = clock.TryBeginAdvance();
        try
        {
            int withoutClosures = 0;
            for (int i = 0; MayHaveTasks(scheduler); i++)
            {
                // Who waited for a closure has its time from the closure's end on.
                withoutClosures = scheduler.Closures.Snapshot().Count > 0 ? 0 : withoutClosures + 1;
                if (withoutClosures > Patience || i >= PatienceWithClosures)
                {
                    int count = scheduler.LiveTasks().Count;
                    return count > 0 ? LeakedTasksException.Of(count, runtime.Dump()) : null;
                }

                await Task.Delay(1, CancellationToken.None);
            }

            return null;
        }
        finally
        {
            if (held)
            {
                clock.EndAdvance();
            }
        }
    }
}
