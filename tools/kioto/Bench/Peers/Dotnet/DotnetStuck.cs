using System.Diagnostics;
using System.Threading.Tasks;

namespace Kioto.Tool.Bench;

/// <summary>The same on the thread pool, which adds threads when those that it has are blocked.</summary>
internal static class DotnetStuck
{
    public static Sample Run(int stuck, int millis)
    {
        using StuckRun run = new(stuck, millis);
        Measurement measurement = Measurement.Start();
        Task[] blocking = new Task[stuck];
        for (int i = 0; i < stuck; i++)
        {
            blocking[i] = Task.Run(() => Block(run));
        }

        Task.WaitAll(blocking);
        return run.Judge(measurement);
    }

    private static async Task Block(StuckRun run)
    {
        long since = Stopwatch.GetTimestamp();
        Task beside = Task.Run(() => run.Begin(since));
        run.Block();
        await beside;
    }
}
