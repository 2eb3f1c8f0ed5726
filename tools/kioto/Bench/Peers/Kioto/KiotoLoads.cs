namespace Kioto.Tool.Bench;

/// <summary>What keeps the workers busy while tasks are spawned from outside.</summary>
internal static class KiotoLoads
{
    /// <summary>Burns CPU and yields.</summary>
    public static async Future Yielding(BackgroundLoad load)
    {
        while (load.GoesOn)
        {
            await Kio.YieldNow();
            Workload.Stall();
        }

        load.Ended();
    }

    /// <summary>Burns CPU and spawns its own successor.</summary>
    public static async Future Respawning(BackgroundLoad load)
    {
        if (!load.GoesOn)
        {
            load.Ended();
            return;
        }

        Workload.Stall();
        Kio.Detach(Respawning(load));
    }

    /// <summary>The same, but an empty task pushes the successor out of the LIFO slot and into the worker's queue.</summary>
    public static async Future Requeueing(BackgroundLoad load)
    {
        if (!load.GoesOn)
        {
            load.Ended();
            return;
        }

        Workload.Stall();
        Kio.Detach(Requeueing(load));
        Kio.Detach(static async () => { });
    }
}
