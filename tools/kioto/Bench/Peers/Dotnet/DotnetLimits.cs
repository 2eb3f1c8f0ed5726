using System;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tool.Bench;

/// <summary>Time limits that never strike, in plain .NET: WaitAsync with a time-out, and Task.Delay that is cancelled.</summary>
internal static class DotnetLimits
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    public static async Task<Sample> ArmAndCancel(int ops)
    {
        await Task.Yield();
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            using CancellationTokenSource source = new();
            Task delay = Task.Delay(s_minute, source.Token);
            source.Cancel();
            await delay.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return measurement.Stop(ops);
    }

    public static Sample Limits(int tasks, bool yields, bool limited, int ops)
    {
        Task[] limiting = new Task[tasks];
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < tasks; i++)
        {
            int share = Workload.Share(ops, tasks, i);
            limiting[i] = Task.Run(() => limited ? Limit(yields, share) : LeaveUnlimited(yields, share));
        }

        Task.WaitAll(limiting);
        return measurement.Stop(ops);
    }

    private static async Task Limit(bool yields, int ops)
    {
        for (int i = 0; i < ops; i++)
        {
            await (yields ? Yield() : Ready()).WaitAsync(s_minute);
        }
    }

    private static async Task LeaveUnlimited(bool yields, int ops)
    {
        for (int i = 0; i < ops; i++)
        {
            await (yields ? Yield() : Ready());
        }
    }

    private static async Task Ready()
    {
    }

    private static async Task Yield() => await Task.Yield();
}
