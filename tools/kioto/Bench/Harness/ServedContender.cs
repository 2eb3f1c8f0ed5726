using System;
using System.Diagnostics;
using System.Threading;

namespace Kioto.Tool.Bench;

/// <summary>A server in a process of its own on one core, under a load from the other.</summary>
internal abstract class ServedContender(string peer, string version, string variant, ChildCommand server) : Contender(peer)
{
    // Ten times what it needs on a machine that has other work. h2load runs for ever when a connection was not there in time.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private ServerProcess? _server;

    public sealed override string Version => version;

    public sealed override string Variant => variant;

    /// <summary>How long a run counts that is only to warm up.</summary>
    private protected virtual double WarmUpSeconds => 0.3;

    public sealed override Sample Repeat(BenchSpec spec, BenchPlan plan) => Run(spec, plan.EchoSeconds);

    public sealed override void WarmUp(BenchSpec spec) => Run(spec, WarmUpSeconds);

    public sealed override void Dispose() => _server?.Dispose();

    /// <summary>The client, which is to run for at least 1.3 times so long.</summary>
    private protected abstract ChildCommand Load(BenchSpec spec, int port, double seconds);

    /// <summary>How many messages the client counted, and what it saw of them.</summary>
    private protected abstract (long Messages, Latency Latency) Read(string output);

    private Sample Run(BenchSpec spec, double seconds)
    {
        if (_server is null or { HasExited: true })
        {
            _server?.Dispose();
            _server = new ServerProcess(server);
        }

        using ChildProcess client = new(Load(spec, _server.Port, seconds));
        double cores = ServerCores(_server, seconds);
        (int exitCode, string output, string lastError) = client.WaitForEnd(s_patience);
        if (exitCode != 0)
        {
            _server.Dispose();
            _server = null;
            throw new BenchException($"the load failed: {lastError}");
        }

        (long messages, Latency latency) = Read(output);
        double nanos = messages / latency.Rate * 1e9;
        return new Sample(messages, (long)nanos, (long)(nanos * cores), null, latency);
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
