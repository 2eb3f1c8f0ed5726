using System.Threading.Tasks;

namespace Kioto.Tool.Bench;

/// <summary>What keeps the pool busy while tasks are spawned from outside.</summary>
internal static class DotnetLoads
{
    /// <summary>Burns CPU and yields.</summary>
    public static async Task Yielding(BackgroundLoad load)
    {
        while (load.GoesOn)
        {
            await Task.Yield();
            Workload.Stall();
        }

        load.Ended();
    }

    /// <summary>Burns CPU and spawns its own successor.</summary>
    public static async Task Respawning(BackgroundLoad load)
    {
        if (!load.GoesOn)
        {
            load.Ended();
            return;
        }

        Workload.Stall();
        _ = Task.Run(() => Respawning(load));
    }

    /// <summary>The same, with an empty task behind the successor.</summary>
    public static async Task Requeueing(BackgroundLoad load)
    {
        if (!load.GoesOn)
        {
            load.Ended();
            return;
        }

        Workload.Stall();
        _ = Task.Run(() => Requeueing(load));
        _ = Task.Run(static async () => { });
    }
}
