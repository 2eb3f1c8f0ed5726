using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Testing;

/// <summary>Runs a test's method on a runtime of its own, and looks at what it leaves behind.</summary>
internal static class KiotoTestBody
{
    /// <summary>Turns, or milliseconds, that tasks have to end by themselves after the method.</summary>
    private const int Patience = 200;

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
        List<Exception> unobserved = [];
        RuntimeBuilder builder = options.Flavor switch
        {
            RuntimeFlavor.MultiThread => Runtime.CreateBuilder().WorkerThreads(options.WorkerThreads),
            RuntimeFlavor.PerCore => Runtime.CreatePerCoreBuilder().WorkerThreads(options.WorkerThreads),
            _ => Runtime.CreateCurrentThreadBuilder(),
        };
        builder.StartPaused(options.StartPaused).OnUnhandledFailure(Report);
        int leaked;
        using (Runtime runtime = options.Flavor == RuntimeFlavor.Local ? builder.BuildLocal().AsRuntime() : builder.Build())
        {
            BlockOn(runtime, returns, method);
            leaked = options.AllowLeakedTasks ? 0 : runtime.BlockOn(() => CountLeaks(runtime));
        }

        lock (unobserved)
        {
            if (unobserved.Count > 0)
            {
                throw new AggregateException("A detached task of this test failed.", unobserved);
            }
        }

        if (leaked > 0)
        {
            throw new LeakedTasksException(leaked);
        }

        void Report(Exception failure)
        {
            lock (unobserved)
            {
                unobserved.Add(failure);
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

    // Those that are ready, or about to end on another thread, may end. Time stands still where it is paused.
    private static async Future<int> CountLeaks(Runtime runtime)
    {
        RuntimeScheduler scheduler = runtime.Handle.Scheduler;
        for (int i = 0; i < Patience && scheduler.LiveTasks().Count > 0; i++)
        {
            if (runtime.Clock.IsPaused)
            {
                await Kio.YieldNow();
            }
            else
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            }
        }

        return scheduler.LiveTasks().Count;
    }
}
