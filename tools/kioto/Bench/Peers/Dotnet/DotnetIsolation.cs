using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tool.Bench;

/// <summary>The same on the thread pool: Task.Run is where such closures go, and what all else runs on.</summary>
internal static class DotnetIsolation
{
    public static Sample Run(bool compute, int millis)
    {
        using IsolationRun run = new(compute);
        Measurement measurement = Measurement.Start();
        Task ticking = Task.Run(() => Tick(run));
        Thread.Sleep(Workload.Settle);
        Task[] closures = [.. Enumerable.Range(0, Workload.IsolationClosures).Select(_ => Task.Run(run.Occupy))];
        Thread.Sleep(millis);
        run.End();
        ticking.GetAwaiter().GetResult();
        Task.WaitAll(closures);
        return run.Judge(measurement);
    }

    private static async Task Tick(IsolationRun run)
    {
        while (run.GoesOn)
        {
            long start = Stopwatch.GetTimestamp();
            await Task.Delay(IsolationRun.Interval);
            run.Tick(start);
        }
    }
}
