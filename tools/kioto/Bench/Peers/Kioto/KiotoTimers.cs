using System;

namespace Kioto.Tool.Bench;

/// <summary>The clock and the timers.</summary>
internal static class KiotoTimers
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private static long s_sum;
    private static Future s_unused;

    public static async Future<Sample> Now(int ops)
    {
        await Kio.YieldNow();
        Measurement measurement = Measurement.Start();
        long ticks = 0;
        Instant start = Instant.Now;
        for (int i = 0; i < ops; i++)
        {
            ticks += Instant.Now > start ? 1 : 0;
        }

        s_sum += ticks;
        return measurement.Stop(ops);
    }

    public static async Future<Sample> CreateAndDrop(int ops)
    {
        await Kio.YieldNow();
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            s_unused = Kio.Sleep(s_minute);
        }

        return measurement.Stop(ops);
    }

    public static async Future<Sample> Reset(int ops)
    {
        Sleep sleep = new(s_minute);
        JoinHandle waiter = Kio.Spawn(async () => await sleep);
        await Kio.YieldNow();
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            sleep.Reset(s_minute);
        }

        Sample sample = measurement.Stop(ops);
        waiter.Abort();
        await waiter.JoinAsync();
        return sample;
    }

    public static async Future<Sample> Millisecond(int ops)
    {
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
        }

        return measurement.Stop(ops);
    }

    public static async Future<Sample> Many(int ops)
    {
        JoinHandle[] handles = new JoinHandle[ops];
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            TimeSpan duration = TimeSpan.FromMilliseconds(1 + (i % 50));
            handles[i] = Kio.Spawn(Kio.Sleep(duration));
        }

        await KiotoSpawns.JoinAll(handles, ops);
        return measurement.Stop(ops);
    }
}
