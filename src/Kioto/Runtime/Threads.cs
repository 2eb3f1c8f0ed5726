using System;
using System.Diagnostics;
using System.Threading;

namespace Kioto;

/// <summary>Starts the threads of a runtime. All are background threads: the process can always exit.</summary>
internal static class Threads
{
    /// <summary>Starts a thread that is none of a runtime's workers, nor of its blocking pool: no hook hears of it.</summary>
    /// <param name="body">What it does.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The thread.</returns>
    internal static Thread Start(ThreadStart body, string name)
    {
        Thread thread = new(body) { IsBackground = true, Name = name };

        // Without the starter's ExecutionContext: what flows, flows into tasks.
        thread.UnsafeStart();
        return thread;
    }

    /// <summary>Starts a worker, as the builder's knobs and hooks say. Whoever ends it calls the stop hook.</summary>
    /// <param name="scheduler">The runtime.</param>
    /// <param name="index">The worker's index.</param>
    /// <param name="body">What it does.</param>
    internal static void StartWorker(RuntimeScheduler scheduler, int index, Action body) =>
        Start(scheduler, index, body, scheduler.Options.ThreadName);

    /// <summary>Starts a thread of the blocking pool, as the builder's knobs and hooks say; calls the stop hook too.</summary>
    /// <param name="scheduler">The runtime.</param>
    /// <param name="body">What it does.</param>
    /// <param name="name">Its name, unless the builder has a function for names.</param>
    internal static void StartBlocking(RuntimeScheduler scheduler, Action body, string name) =>
        Start(scheduler, -1, body, name);

    private static void Start(RuntimeScheduler scheduler, int worker, Action body, string name)
    {
        Thread thread = new(() => Run(scheduler, worker, body), scheduler.Options.ThreadStackSize)
        {
            IsBackground = true,
            Name = NameOf(scheduler, worker, name),
        };
        thread.UnsafeStart();
    }

    private static void Run(RuntimeScheduler scheduler, int worker, Action body)
    {
        RuntimeOptions options = scheduler.Options;
        Place(options, worker);
        Ambient ambient = Ambient.Current;
        if (options.RngSeed is { } seed && worker >= 0)
        {
            ambient.Shuffle = (uint)new Seeds(seed).OfWorker(worker) | 1;
        }

        if (scheduler.ThreadHooks is not { } hooks)
        {
            body();
            return;
        }

        // Hooks find the runtime, as the thread's work does.
        ambient.Scheduler = scheduler;
        hooks.Started(worker);
        body();
        if (worker < 0)
        {
            hooks.Stopping(worker);
        }
    }

    // A thread begins where the one that started it may run: a blocking thread, on its worker's processor. So each is
    // put in its place as soon as any thread of the runtime has one.
    private static void Place(RuntimeOptions options, int worker)
    {
        if (options is { WorkerCpus: null, BlockingCpus: null })
        {
            return;
        }

        CpuSet cpus = (worker < 0 ? options.BlockingCpus : options.WorkerCpus?[worker]) ?? CpuSet.Allowed;
        int errno = cpus.ApplyToCurrentThread();
        if (errno != 0)
        {
            // It was possible when the runtime was built; the container's processors may have changed since.
            Trace.TraceWarning($"A thread of a Kioto runtime could not be kept on the processors {cpus}: errno {errno}.");
        }
    }

    private static string NameOf(RuntimeScheduler scheduler, int worker, string otherwise)
    {
        RuntimeOptions options = scheduler.Options;
        if (options.ThreadNameFn is { } choose)
        {
            try
            {
                if (choose(new ThreadMeta(scheduler.Handle, worker)) is { } given)
                {
                    return given;
                }
            }
            catch (Exception exception)
            {
                scheduler.ReportFailure(exception, FailedTask.Hook(nameof(options.ThreadNameFn)), null);
            }
        }

        return otherwise;
    }
}
