using System;

namespace Kioto.Tool.Bench;

/// <summary>Time limits that never strike, which is what most timers are.</summary>
internal static class KiotoLimits
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    /// <summary>A sleep that is polled once, which starts its timer, and dropped.</summary>
    public static async Future<Sample> ArmAndCancel(int ops)
    {
        await Kio.YieldNow();
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            await Kio.SelectBiased(Kio.Sleep(s_minute), Future.Completed);
        }

        return measurement.Stop(ops);
    }

    /// <summary>As many tasks as workers share the operations.</summary>
    /// <param name="runtime">Where.</param>
    /// <param name="tasks">How many.</param>
    /// <param name="yields">Whether what is limited yields once.</param>
    /// <param name="limited">Whether it is limited: without, the rest of the row is measured.</param>
    /// <param name="ops">How many limits.</param>
    /// <returns>What it took.</returns>
    public static Sample Limits(Runtime runtime, int tasks, bool yields, bool limited, int ops) => runtime.BlockOn(async () =>
    {
        JoinHandle[] handles = new JoinHandle[tasks];
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < tasks; i++)
        {
            handles[i] = limited
                ? Kio.Spawn(Limit(yields, Workload.Share(ops, tasks, i)))
                : Kio.Spawn(LeaveUnlimited(yields, Workload.Share(ops, tasks, i)));
        }

        await KiotoSpawns.JoinAll(handles, tasks);
        return measurement.Stop(ops);
    });

    private static async Future Limit(bool yields, int ops)
    {
        for (int i = 0; i < ops; i++)
        {
            await (yields ? Yield() : Ready()).Timeout(s_minute);
        }
    }

    private static async Future LeaveUnlimited(bool yields, int ops)
    {
        for (int i = 0; i < ops; i++)
        {
            await (yields ? Yield() : Ready());
        }
    }

    private static async Future Ready()
    {
    }

    private static async Future Yield() => await Kio.YieldNow();
}
