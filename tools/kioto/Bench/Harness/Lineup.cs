using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Kioto.Tool.Bench;

/// <summary>All that are measured in a run, and those that had to stay at home.</summary>
internal sealed class Lineup : IDisposable
{
    private readonly List<Contender> _contenders = [];
    private readonly List<(string Peer, string Why)> _missing = [];
    private readonly List<HttpLoad> _httpLoads = [];
    private readonly IReadOnlyDictionary<string, string> _environment;
    private BaselineBuild? _baseline;

    private Lineup(BenchPlan plan) => _environment = new Dictionary<string, string>
    {
        [Workload.PatienceVariable] = plan.Patience.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture),
    };

    public IReadOnlyList<Contender> Contenders => _contenders;

    public IReadOnlyList<(string Peer, string Why)> Missing => _missing;

    /// <summary>Builds and starts what the benchmarks need.</summary>
    /// <param name="benches">The benchmarks.</param>
    /// <param name="peers">Some of dotnet, tokio and c. Kioto always comes.</param>
    /// <param name="baseline">A revision's commit, or null.</param>
    /// <param name="plan">How they will be measured.</param>
    /// <param name="root">The project's sources, from which peers are built; or null.</param>
    /// <param name="progress">Told what takes long.</param>
    public static Lineup Assemble(
        IReadOnlyList<BenchSpec> benches,
        IReadOnlyCollection<string> peers,
        string? baseline,
        BenchPlan plan,
        string? root,
        Action<string> progress)
    {
        Lineup lineup = new(plan);
        bool echo = benches.Any(b => b.IsEcho);
        bool other = benches.Any(b => !b.IsServed);
        IReadOnlyDictionary<string, string> c = new Dictionary<string, string>();
        if (echo)
        {
            lineup.Try("c", () =>
            {
                progress("building the C peers");
                c = PeerBuild.C(root);
            });
        }

        EchoLoad load = new(c.GetValueOrDefault("load"));
        lineup.Try("kioto", () => lineup.AddTool("kioto", SelfCommand.Create(), "kioto", other, echo ? load : null));
        if (baseline is not null)
        {
            lineup.Try("baseline", () =>
            {
                progress($"building {baseline}");
                lineup._baseline = new BaselineBuild(root, baseline);
                lineup.AddTool("baseline", lineup._baseline.Command, "kioto", other, echo ? load : null, lineup._baseline.Commit);
            });
        }

        if (peers.Contains("dotnet"))
        {
            lineup.Try("dotnet", () => lineup.AddTool("dotnet", SelfCommand.Create(), "dotnet", other, echo ? load : null));
        }

        if (peers.Contains("tokio") && (other || echo))
        {
            lineup.Try("tokio", () =>
            {
                progress("building the Tokio peer");
                lineup.AddTokio(PeerBuild.Tokio(root), other, echo ? load : null);
            });
        }

        if (peers.Contains("c") && c.TryGetValue("epoll_echo", out string? server))
        {
            ChildCommand command = EchoLoad.Server(new ChildCommand(server, ["0", "1"]));
            lineup._contenders.Add(new EchoContender("c", "epoll", "", command, load));
        }

        HttpClientKind[] clients = [.. benches.Select(b => b.Http?.Client).OfType<HttpClientKind>().Distinct()];
        if (clients.Length > 0)
        {
            lineup.Try("kestrel", () =>
            {
                progress("building samples/KestrelApi");
                lineup.AddWebServers(clients, PeerBuild.KestrelApi(root), peers, root, progress);
            });
        }

        return lineup;
    }

    public void Dispose()
    {
        foreach (Contender contender in _contenders)
        {
            contender.Dispose();
        }

        foreach (HttpLoad load in _httpLoads)
        {
            load.Dispose();
        }

        _baseline?.Dispose();
    }

    private void Try(string peer, Action action)
    {
        try
        {
            action();
        }
        catch (BenchException e)
        {
            _missing.Add((peer, e.Message));
        }
    }

    private void AddTool(string peer, ChildCommand tool, string suite, bool other, EchoLoad? load, string? commit = null)
    {
        if (other)
        {
            // The pool refuses fewer threads than there are processors, unless it is told so at the start.
            Dictionary<string, string> environment = new(_environment);
            if (suite == "dotnet")
            {
                environment["DOTNET_ThreadPool_ForceMaxWorkerThreads"] = "2";
            }

            _contenders.Add(new PeerContender(peer, tool.With("bench-peer", suite) with { Environment = environment }, commit));
        }

        if (load is not null)
        {
            string version = commit ?? (suite == "kioto" ? new KiotoSuite().Version : Environment.Version.ToString());
            _contenders.Add(new EchoContender(peer, version, "", ServerProcess.OfTool(tool, suite == "dotnet"), load));
        }
    }

    private void AddWebServers(
        HttpClientKind[] clients, string kestrel, IReadOnlyCollection<string> peers, string? root, Action<string> progress)
    {
        (string Version, string Path)? hyper = null;
        if (peers.Contains("tokio") && clients.Any(kind => kind != HttpClientKind.WebSocket)) // It has no WebSockets.
        {
            Try("hyper", () =>
            {
                progress("building the hyper peer");
                hyper = PeerBuild.Hyper(root);
            });
        }

        foreach (HttpClientKind kind in clients)
        {
            Try($"{kind}", () =>
            {
                HttpLoad load = HttpLoad.Find(kind, root);
                _httpLoads.Add(load);
                AddKestrel(kind, load, kestrel, peers.Contains("dotnet"));
                if (hyper is { } built && kind != HttpClientKind.WebSocket)
                {
                    ChildCommand server = EchoLoad.Server(new ChildCommand(built.Path, ["serve", "0", "1"]));
                    _contenders.Add(new KestrelContender("hyper", built.Version, server, kind, load));
                }
            });
        }
    }

    private void AddKestrel(HttpClientKind kind, HttpLoad load, string assembly, bool dotnet)
    {
        string net = Environment.Version.ToString();
        string protocol = kind == HttpClientKind.H2Load ? "http2" : "http1"; // Without TLS a port speaks one of them.
        ChildCommand Server(string transport) => EchoLoad.Server(SelfCommand.OfAssembly(assembly).With(transport, "0", "1", protocol));
        _contenders.Add(new KestrelContender("kioto", new KiotoSuite().Version, Server("kioto"), kind, load));
        if (dotnet)
        {
            _contenders.Add(new KestrelContender("dotnet", net, Server("sockets"), kind, load));
            ChildCommand inline = Server("inline") with
            {
                Environment = new Dictionary<string, string> { ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1" },
            };
            _contenders.Add(new KestrelContender("inline", net, inline, kind, load));
        }
    }

    private void AddTokio(string executable, bool other, EchoLoad? load)
    {
        // Tokio's newer task cells are slow on glibc's malloc: it runs on both, and the better one counts.
        List<Dictionary<string, string>> environments = [new(_environment)];
        if (PeerBuild.FindJemalloc() is { } jemalloc)
        {
            environments.Add(new Dictionary<string, string>(_environment) { ["LD_PRELOAD"] = jemalloc });
        }
        else
        {
            _missing.Add(("tokio on jemalloc", "there is no libjemalloc.so.2"));
        }

        foreach (Dictionary<string, string> environment in environments)
        {
            // Started for the echo too: it says what it really runs on.
            PeerContender bench = new("tokio", new ChildCommand(executable, ["bench"], environment));
            if (other)
            {
                _contenders.Add(bench);
            }
            else
            {
                bench.Dispose();
            }

            if (load is not null)
            {
                ChildCommand server = EchoLoad.Server(new ChildCommand(executable, ["serve-echo", "0", "1"], environment));
                _contenders.Add(new EchoContender("tokio", bench.Version, bench.Variant, server, load));
            }
        }
    }
}
