using System;
using System.Diagnostics;
using System.Threading.Tasks;

namespace Kioto.Tool.Bench;

/// <summary>How late the delays of .NET are, and what they keep.</summary>
internal static class DotnetSleeps
{
    // INVARIANT: written before the delays begin.
    private static long s_end;

    public static Func<int, Task<Sample>> Millisecond(int percent, bool sporadic = false) => async ops =>
    {
        long[] nanos = new long[sporadic ? Math.Max(1, ops / (int)Workload.Quiet.TotalMilliseconds) : ops];
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < nanos.Length; i++)
        {
            if (sporadic)
            {
                await Task.Delay(Workload.Quiet);
            }

            long start = Stopwatch.GetTimestamp();
            await Task.Delay(1);
            nanos[i] = (long)Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        }

        return Workload.Percentile(measurement, nanos, percent);
    };

    public static Sample Idle(int ops)
    {
        Task[] tasks = new Task[ops];
        HeldMemory memory = HeldMemory.Start();
        Measurement measurement = Measurement.Start();
        s_end = Stopwatch.GetTimestamp() + (long)(Workload.IdleSleep(ops).TotalSeconds * Stopwatch.Frequency);
        for (int i = 0; i < ops; i++)
        {
            tasks[i] = UntilEnd();
        }

        long bytes = memory.Stop();
        if (Stopwatch.GetTimestamp() >= s_end)
        {
            throw new BenchException("the delays were over before all had begun: the machine is too busy");
        }

        Task.WaitAll(tasks);
        TimeSpan late = Stopwatch.GetElapsedTime(s_end);
        return measurement.Stop(ops) with { Nanos = Math.Max(1, (long)late.TotalNanoseconds), Bytes = bytes };
    }

    // .NET's delays are in whole milliseconds: one more, so that none is early.
    private static async Task UntilEnd() =>
        await Task.Delay((int)Math.Ceiling(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), s_end).TotalMilliseconds) + 1);
}
