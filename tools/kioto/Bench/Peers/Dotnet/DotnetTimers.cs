using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tool.Bench;

/// <summary>The clock and the timers of .NET: Stopwatch, Task.Delay, and the timer of a CancellationTokenSource.</summary>
internal static class DotnetTimers
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private static long s_sum;

    public static async Task<Sample> Now(int ops)
    {
        await Task.Yield();
        Measurement measurement = Measurement.Start();
        long ticks = 0;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < ops; i++)
        {
            ticks += Stopwatch.GetTimestamp() > start ? 1 : 0;
        }

        s_sum += ticks;
        return measurement.Stop(ops);
    }

    /// <summary>A time limit that is armed and given up.</summary>
    public static async Task<Sample> CreateAndDrop(int ops)
    {
        await Task.Yield();
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            using CancellationTokenSource source = new(s_minute);
        }

        return measurement.Stop(ops);
    }

    public static async Task<Sample> Reset(int ops)
    {
        await Task.Yield();
        using CancellationTokenSource source = new(s_minute);
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            source.CancelAfter(s_minute);
        }

        return measurement.Stop(ops);
    }

    public static async Task<Sample> Millisecond(int ops)
    {
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            await Task.Delay(1);
        }

        return measurement.Stop(ops);
    }

    public static async Task<Sample> Many(int ops)
    {
        Task[] tasks = new Task[ops];
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            tasks[i] = Task.Delay(1 + (i % 50));
        }

        await DotnetSpawns.JoinAll(tasks, ops);
        return measurement.Stop(ops);
    }
}
