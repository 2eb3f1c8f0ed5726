using System.Diagnostics;
using System.Linq;
using System.Threading;

namespace Kioto.Tool.Bench;

/// <summary>Closures in the blocking pool, and a task on a worker that wants to wake every millisecond.</summary>
internal static class KiotoIsolation
{
    /// <summary>One operation is one run of so many milliseconds. Its time is the worst lateness.</summary>
    public static Sample Run(Runtime runtime, bool compute, int millis)
    {
        using IsolationRun run = new(compute);
        Measurement measurement = Measurement.Start();
        JoinHandle ticking = runtime.Spawn(Tick(run));
        Thread.Sleep(Workload.Settle);
        JoinHandle[] closures =
            [.. Enumerable.Range(0, Workload.IsolationClosures).Select(_ => runtime.SpawnBlocking(run.Occupy))];
        Thread.Sleep(millis);
        run.End();
        runtime.BlockOn(ticking.AsFuture());
        runtime.BlockOn(KiotoSpawns.JoinAll(closures, closures.Length));
        return run.Judge(measurement);
    }

    private static async Future Tick(IsolationRun run)
    {
        while (run.GoesOn)
        {
            long start = Stopwatch.GetTimestamp();
            await Kio.Sleep(IsolationRun.Interval);
            run.Tick(start);
        }
    }
}
