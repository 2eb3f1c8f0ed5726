using System;
using Kioto.Tool.Bench;
using Kioto.Tool.Traffic;

namespace Kioto.Tool.Tour;

/// <summary>A load on one of the two echo servers, which has a process and a core of its own.</summary>
internal static class EchoStage
{
    private const double WarmUpSeconds = 0.25;
    private const int WarmUps = 3;

    public static EchoFigures Run(string name, ServerProcess server, LoadOptions options, LiveLine line)
    {
        CpuOfServer watch = new(server, line, options, name + ": ");
        LoadResult result = Measure(options, watch);
        return new EchoFigures(options.Connections, result, watch.Nanos / 1000.0 / result.Messages);
    }

    /// <summary>Lets both servers' compilers settle: running, with pauses.</summary>
    public static void WarmUp(ServerProcess server, LoadOptions options, LiveLine line)
    {
        for (int i = 0; i < WarmUps; i++)
        {
            LoadOptions brief = options with { Seconds = Math.Min(WarmUpSeconds, options.Seconds) };
            try
            {
                Measure(brief, new LiveLoad(line, brief, "warming up: "));
            }
            catch (LoadException)
            {
                // On a busy machine nothing may come back in so short a time. What is really wrong comes again later.
            }

            System.Threading.Thread.Sleep(BenchPlan.Pause);
        }
    }

    private static LoadResult Measure(LoadOptions options, ILoadObserver observer)
    {
        using Load load = new(options);
        return load.Run(observer);
    }

    private sealed class CpuOfServer(ServerProcess server, LiveLine line, LoadOptions options, string name)
        : LiveLoad(line, options, name)
    {
        private long _start;

        public long Nanos { get; private set; }

        public override void Started() => _start = server.CpuNanos;

        public override void Ended() => Nanos = server.CpuNanos - _start;
    }
}
