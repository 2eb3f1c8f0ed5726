using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Threading;

namespace Kioto.Tool.Bench;

/// <summary>The parts of the benchmarks that are the same whatever runs them. See bench/peers/README.md.</summary>
internal static class Workload
{
    /// <summary>Most operations in flight at once, where operations come in rounds.</summary>
    public const int Round = 1000;

    /// <summary>Tasks of yield_many.</summary>
    public const int YieldTasks = 200;

    /// <summary>Tasks that contend for a lock.</summary>
    public const int SyncTasks = 8;

    /// <summary>Tasks of notify_waiters.</summary>
    public const int Waiters = 100;

    /// <summary>Values that bounded channels hold.</summary>
    public const int ChannelCapacity = 128;

    /// <summary>Values that the channel of mpsc_bounded_full holds: it is full nearly always.</summary>
    public const int FullCapacity = 100;

    /// <summary>Values that the channel of mpsc_send holds.</summary>
    public const int RoomyCapacity = 1000;

    /// <summary>Producers of mpsc_bounded_full and mpsc_unbounded_5.</summary>
    public const int Producers = 5;

    /// <summary>Most values taken at once, by the rows that take many.</summary>
    public const int Batch = 5000;

    /// <summary>Tasks that are spawned together, in rwlock_read_concurrent and its like.</summary>
    public const int Crowd = 6;

    /// <summary>Permits of semaphore_concurrent: more than there are tasks.</summary>
    public const int AmplePermits = 10;

    /// <summary>Permits of semaphore_concurrent_scarce: one fewer than there are tasks.</summary>
    public const int ScarcePermits = 5;

    /// <summary>Waiters of the rows of notify_one_N.</summary>
    public static readonly int[] OneWaiters = [10, 50, 100, 200, 500];

    /// <summary>Waiters of the rows of notify_waiters_N; notify_waiters has 100.</summary>
    public static readonly int[] AllWaiters = [10, 50, 200, 500];

    /// <summary>Closures of blocking_isolation.</summary>
    public const int IsolationClosures = 64;

    /// <summary>Tasks of stuck_delay_N that block their threads; there are two workers.</summary>
    public static readonly int[] Stuck = [1, 2, 4];

    /// <summary>By this environment variable the harness says how long a bench may starve, in milliseconds.</summary>
    public const string PatienceVariable = "KIOTO_PEER_PATIENCE_MS";

    /// <summary>Frames over a suspension, in await_depth.</summary>
    public static readonly int[] Depths = [1, 5, 20, 100];

    /// <summary>Closures that a task of spawn_blocking has under way at once.</summary>
    public const int BlockingBatch = 16;

    /// <summary>Tasks of spawn_blocking_concurrent: together they have as many closures under way as the pool has threads.</summary>
    public const int BlockingTasks = 32;

    /// <summary>Threads that spawn from outside, in remote_spawn.</summary>
    public static readonly int[] RemoteThreads = [1, 2, 8];

    /// <summary>The rows that there are against DotNext.Threading too, with a name that ends in _dotnext.</summary>
    public static readonly string[] DotNextRows =
        ["mutex_uncontended", "mutex_contended", "rwlock_read", "rwlock_contended", "semaphore_uncontended", "semaphore_contended"];

    /// <summary>Nothing happens for so long before each sleep of sleep_1ms_sporadic.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    /// <summary>Long enough for workers to park, or for a background load to be everywhere.</summary>
    public static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(2);

    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(
        int.TryParse(Environment.GetEnvironmentVariable(PatienceVariable), CultureInfo.InvariantCulture, out int given) && given > 0
            ? given
            : 3000);

    /// <summary>How long so many sleeps of idle_sleeps last: until all are asleep and what they keep has been counted.</summary>
    public static TimeSpan IdleSleep(int ops) => TimeSpan.FromSeconds(1 + (ops * 7e-6));

    /// <summary>A measurement with one of many times in the place of the time.</summary>
    /// <param name="measurement">The measurement.</param>
    /// <param name="nanos">The times.</param>
    /// <param name="percent">So many of them are not longer.</param>
    public static Sample Percentile(Measurement measurement, long[] nanos, int percent)
    {
        Array.Sort(nanos);
        return measurement.Stop(1) with { Nanos = nanos[Math.Max(0, ((nanos.Length * percent) + 99) / 100 - 1)] };
    }

    /// <summary>The sizes of the rounds that make up so many operations.</summary>
    public static IEnumerable<int> Rounds(int ops)
    {
        for (int done = 0; done < ops; done += Round)
        {
            yield return Math.Min(Round, ops - done);
        }
    }

    /// <summary>The sizes of the crowds that make up so many operations.</summary>
    public static IEnumerable<int> Crowds(int ops)
    {
        for (int done = 0; done < ops; done += Crowd)
        {
            yield return Math.Min(Crowd, ops - done);
        }
    }

    /// <summary>The share of one of several tasks in so many operations.</summary>
    public static int Share(int ops, int tasks, int index) => (ops / tasks) + (index < ops % tasks ? 1 : 0);

    /// <summary>
    /// Has so many threads of their own do their share at the same moment, and measures from then until what they have
    /// begun has ended.
    /// </summary>
    /// <param name="threads">How many threads.</param>
    /// <param name="ops">How many operations, in all.</param>
    /// <param name="share">What a thread does: its index, and how many operations.</param>
    /// <param name="end">Waits, on the calling thread, until all has ended.</param>
    public static Sample FromThreads(int threads, int ops, Action<int, int> share, Action end)
    {
        using Barrier start = new(threads + 1);
        Thread[] all = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            int index = i;
            all[i] = new Thread(() =>
            {
                start.SignalAndWait();
                share(index, Share(ops, threads, index));
            });
            all[i].Start();
        }

        Thread.Sleep(Settle);
        Measurement measurement = Measurement.Start();
        start.SignalAndWait();
        foreach (Thread thread in all)
        {
            thread.Join();
        }

        end();
        return measurement.Stop(ops);
    }

    /// <summary>Burns 10 microseconds of a worker.</summary>
    public static void Stall()
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).Ticks < 100)
        {
            Thread.Yield();
        }
    }

    /// <summary>
    /// Measures under a background load, which ends with the measurement. A load may keep others from ever running:
    /// when patience ends it is told to stop, and there is no figure.
    /// </summary>
    public static Sample WithLoad(BackgroundLoad load, Func<Sample> measure)
    {
        bool gaveUp = false;
        using ManualResetEventSlim done = new();
        Thread watchdog = new(() =>
        {
            if (!done.Wait(s_patience))
            {
                gaveUp = true;
                load.Stop();
            }
        });
        watchdog.Start();
        Sample sample = measure();
        done.Set();
        watchdog.Join();
        load.Stop();
        load.WaitForEnd();
        return gaveUp
            ? throw new BenchException($"starved: spawned tasks had not all run after {s_patience.TotalSeconds:0.#} s")
            : sample;
    }
}
