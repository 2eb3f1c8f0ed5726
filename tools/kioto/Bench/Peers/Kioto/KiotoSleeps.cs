using System;
using System.Diagnostics;
using System.Threading;

namespace Kioto.Tool.Bench;

/// <summary>How late sleeps are, and what they keep.</summary>
internal static class KiotoSleeps
{
    private static readonly TimeSpan s_millisecond = TimeSpan.FromMilliseconds(1);

    // INVARIANT: written before the tasks are spawned.
    private static Instant s_end;

    // INVARIANT: counted up by the tasks.
    private static int s_asleep;

    /// <summary>How long a sleep of a millisecond takes: one of many, by the percentage that is not longer.</summary>
    public static Func<int, Future<Sample>> Millisecond(int percent, bool sporadic = false) => async ops =>
    {
        long[] nanos = new long[sporadic ? Math.Max(1, ops / (int)Workload.Quiet.TotalMilliseconds) : ops];
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < nanos.Length; i++)
        {
            if (sporadic)
            {
                await Kio.Sleep(Workload.Quiet);
            }

            long start = Stopwatch.GetTimestamp();
            await Kio.Sleep(s_millisecond);
            nanos[i] = (long)Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        }

        return Workload.Percentile(measurement, nanos, percent);
    };

    /// <summary>Many tasks sleep to one moment. The time is by how much the last one is later, the bytes what all keep.</summary>
    public static Sample Idle(Runtime runtime, int ops)
    {
        JoinHandle[] handles = new JoinHandle[ops];
        Volatile.Write(ref s_asleep, 0);
        HeldMemory memory = HeldMemory.Start();
        Measurement measurement = Measurement.Start();
        s_end = Instant.Now + Workload.IdleSleep(ops);
        for (int i = 0; i < ops; i++)
        {
            handles[i] = runtime.Spawn(static async () =>
            {
                Interlocked.Increment(ref s_asleep);
                await Kio.SleepUntil(s_end);
            });
        }

        while (Volatile.Read(ref s_asleep) < ops)
        {
            Thread.Sleep(1);
        }

        long bytes = memory.Stop();
        if (Instant.Now >= s_end)
        {
            throw new BenchException("the sleeps were over before all had begun: the machine is too busy");
        }

        runtime.BlockOn(KiotoSpawns.JoinAll(handles, ops));
        TimeSpan late = s_end.Elapsed;
        return measurement.Stop(ops) with { Nanos = (long)late.TotalNanoseconds, Bytes = bytes };
    }
}
