using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Kioto.Tests.Child;

/// <summary>Programs that end their process, or write to its error stream: Kioto.Tests runs them and looks at the end.</summary>
internal static class Program
{
    private const int Forever = Timeout.Infinite;

    private static int Main(string[] args)
    {
        switch (args[0])
        {
            case "log":
                return FailDetached(Runtime.CreateBuilder().WorkerThreads(1));
            case "fail-fast":
                return FailDetached(Runtime.CreateBuilder().WorkerThreads(1).OnUnhandledFailure(UnhandledFailure.FailFast));
            case "shutdown-runtime":
                return FailDetached(Runtime.CreateBuilder().WorkerThreads(1).OnUnhandledFailure(UnhandledFailure.ShutdownRuntime));
            case "stuck":
                return LeaveStuckThreads();
            case "warn":
                return Warn();
            default:
                return 99;
        }
    }

    private static int FailDetached(RuntimeBuilder builder)
    {
        using Runtime runtime = builder.Build();
        try
        {
            runtime.BlockOn(async () =>
            {
                JoinHandle after = Kio.Spawn(async () =>
                {
                    await Kio.YieldNow();
                    Kio.Detach(async () =>
                    {
                        await Kio.YieldNow();
                        throw new FormatException("the order has no lines");
                    });
                });
                await after;
                await Kio.Sleep(TimeSpan.FromMilliseconds(200));
            });
        }
        catch (FormatException exception)
        {
            Console.Out.WriteLine($"BlockOn threw: {exception.Message}");
            return 3;
        }

        return 2;
    }

    // A task that is stuck for a while, a runtime that nobody disposes, and cleanup that takes too long.
    private static int Warn()
    {
        using ErrorStream stuck = new(Console.Error, "has been polling");
        Console.SetError(stuck);
        using (Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).StuckThreshold(TimeSpan.FromMilliseconds(10)).Build())
        {
            while (!stuck.HasWritten)
            {
                // Again: what is mostly compilation is not written.
                long before = runtime.Metrics.StuckTaskCount;
                runtime.BlockOn(async () => await Kio.Spawn(async () =>
                {
                    SpinWait.SpinUntil(() => runtime.Metrics.StuckTaskCount > before);
                    await Kio.YieldNow();
                }));
            }
        }

        using ErrorStream errors = new(Console.Error, "was not disposed");
        Console.SetError(errors);
        Drop();
        while (!errors.HasWritten)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Yield(); // It is told on another thread.
        }

        Runtime slow = Runtime.CreateBuilder().WorkerThreads(1).Name("slow").CleanupGrace(TimeSpan.FromMilliseconds(10)).Build();
        using ManualResetEventSlim started = new();
        slow.Spawn(async () =>
        {
            started.Set();
            await Kio.Shield(Kio.Sleep(TimeSpan.FromHours(1)));
        });
        started.Wait();
        slow.Dispose();
        return 5;

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Drop()
        {
#pragma warning disable KIO0007 // That is the test.
            Runtime.CreateBuilder().WorkerThreads(1).Name("dropped").Build();
#pragma warning restore KIO0007
        }
    }

    // A closure that never ends, a task that never yields, and one whose cleanup waits for ever: the process ends all the same.
    private static int LeaveStuckThreads()
    {
        Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).Build();
        using ManualResetEventSlim started = new();
        runtime.SpawnBlocking(() => new ManualResetEventSlim().Wait(Forever));
        runtime.Spawn(async () =>
        {
            started.Set();
            new ManualResetEventSlim().Wait(Forever);
            await Future.Completed;
        });
        started.Wait();
        Console.Out.WriteLine(runtime.ShutdownTimeout(TimeSpan.FromMilliseconds(200)));
        return 4;
    }
}
