using System;
using System.Diagnostics;
using System.Text.Json;
using System.Threading;

namespace Kioto.Tool.Bench;

/// <summary>An echo server in a process of its own on one core, under a load from the other.</summary>
internal sealed class EchoContender(string peer, string version, string variant, ChildCommand server, EchoLoad load)
    : Contender(peer)
{
    private const double WarmUpSeconds = 0.3;

    private ServerProcess? _server;

    public override string Version => version;

    public override string Variant => variant;

    public override bool Knows(BenchSpec spec) => spec.IsEcho;

    public override Sample Repeat(BenchSpec spec, BenchPlan plan) => Run(spec, plan.EchoSeconds);

    public override void WarmUp(BenchSpec spec) => Run(spec, WarmUpSeconds);

    public override void Dispose() => _server?.Dispose();

    private Sample Run(BenchSpec spec, double seconds)
    {
        if (_server is null or { HasExited: true })
        {
            _server?.Dispose();
            _server = new ServerProcess(server);
        }

        using ChildProcess client = new(load.Command(_server.Port, spec.Connections, seconds));
        double cores = ServerCores(_server, seconds);
        (int exitCode, string output, string lastError) = client.WaitForEnd();
        if (exitCode != 0)
        {
            _server.Dispose();
            _server = null;
            throw new BenchException($"the load failed: {lastError}");
        }

        JsonElement figures = JsonElement.Parse(output);
        long messages = figures.GetProperty("messages").GetInt64();
        double rate = figures.GetProperty("rate").GetDouble();
        double nanos = messages / rate * 1e9;
        return new Sample(
            messages,
            (long)nanos,
            (long)(nanos * cores),
            null,
            new Latency(rate, figures.GetProperty("p50_us").GetDouble(), figures.GetProperty("p99_us").GetDouble()));
    }

    /// <summary>
    /// How much of a core the server uses, in a window that lies within the one that the client counts: it opens
    /// its connections and warms up for 0.3 of its time first.
    /// </summary>
    private static double ServerCores(ServerProcess server, double seconds)
    {
        Thread.Sleep(TimeSpan.FromSeconds(seconds * 0.45));
        long cpu = server.CpuNanos;
        long wall = Stopwatch.GetTimestamp();
        Thread.Sleep(TimeSpan.FromSeconds(seconds * 0.7));
        cpu = server.CpuNanos - cpu;
        return cpu / Stopwatch.GetElapsedTime(wall).TotalNanoseconds;
    }
}
