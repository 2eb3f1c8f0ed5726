using System.Diagnostics;

namespace Kioto.Tool.Bench;

/// <summary>Tasks that block their workers without saying so, and one that each has spawned before.</summary>
internal static class KiotoStuck
{
    /// <summary>One operation is one run. Its time is the worst delay of those that wait.</summary>
    public static Sample Run(Runtime runtime, int stuck, int millis)
    {
        using StuckRun run = new(stuck, millis);
        Measurement measurement = Measurement.Start();
        JoinHandle[] blocking = new JoinHandle[stuck];
        for (int i = 0; i < stuck; i++)
        {
            blocking[i] = runtime.Spawn(Block(run));
        }

        runtime.BlockOn(KiotoSpawns.JoinAll(blocking, stuck));
        return run.Judge(measurement);
    }

    private static async Future Block(StuckRun run)
    {
        long since = Stopwatch.GetTimestamp();
        JoinHandle beside = Kio.Spawn(async () => run.Begin(since));
        run.Block();
        await beside;
    }
}
