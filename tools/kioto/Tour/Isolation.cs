using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tool.Tour;

/// <summary>64 closures that block, and a task beside them that wants to wake every millisecond.</summary>
internal static class Isolation
{
    public const int Closures = 64;

    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(200);

    /// <summary>On Kioto: the closures go to the blocking pool.</summary>
    /// <returns>The worst lateness in milliseconds.</returns>
    public static double OnKioto(TimeSpan time, Action<Lateness> show)
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).Build();
        using ManualResetEventSlim end = new();
        Lateness? lateness = null;
        runtime.Spawn(Tick(created => Volatile.Write(ref lateness, created)));
        Thread.Sleep(s_settle);
        for (int i = 0; i < Closures; i++)
        {
            runtime.SpawnBlocking(() => { end.Wait(time); });
        }

        Watch(time, () => Volatile.Read(ref lateness), show);
        end.Set();
        return lateness!.WorstMillis;
    }

    /// <summary>On .NET: Task.Run is where such closures go, and what all else runs on.</summary>
    /// <returns>The worst lateness in milliseconds.</returns>
    public static double OnThreadPool(TimeSpan time, Action<Lateness> show)
    {
        // Not disposed: closures that have not begun yet will look at it later.
        ManualResetEventSlim end = new();
        Lateness? lateness = null;
        _ = Task.Run(async () =>
        {
            Lateness own = new();
            Volatile.Write(ref lateness, own);
            while (!end.IsSet)
            {
                await Task.Delay(Lateness.Interval);
                own.Tick();
            }
        });
        Thread.Sleep(s_settle);
        for (int i = 0; i < Closures; i++)
        {
            _ = Task.Run(() => end.Wait(time));
        }

        Watch(time, () => Volatile.Read(ref lateness), show);
        double worst = lateness!.WorstMillis;
        end.Set();
        return worst;
    }

    private static async Future Tick(Action<Lateness> created)
    {
        Lateness own = new();
        created(own);
        while (true)
        {
            await Kio.Sleep(Lateness.Interval);
            own.Tick();
        }
    }

    private static void Watch(TimeSpan time, Func<Lateness?> lateness, Action<Lateness> show)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < time;)
        {
            Thread.Sleep(TimeSpan.FromMilliseconds(Math.Min(100, time.TotalMilliseconds)));
            if (lateness() is { } known)
            {
                show(known);
            }
        }
    }
}
