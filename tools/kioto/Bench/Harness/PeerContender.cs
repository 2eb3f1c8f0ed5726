using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace Kioto.Tool.Bench;

/// <summary>A child that speaks the line protocol of bench/peers/README.md.</summary>
internal sealed class PeerContender : Contender
{
    private static readonly TimeSpan s_startPatience = TimeSpan.FromSeconds(20);

    // Longer than a peer's own patience with a bench that starves.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly ChildCommand _command;
    private readonly HashSet<string> _benches;
    private ChildProcess? _process;

    /// <summary>Starts the peer, which introduces itself.</summary>
    /// <param name="peer">Its name here.</param>
    /// <param name="command">How to start it.</param>
    /// <param name="commit">What to add to the version that it tells, or null.</param>
    public PeerContender(string peer, ChildCommand command, string? commit = null)
        : base(peer)
    {
        _command = command;
        JsonElement hello = Start();
        Version = hello.GetProperty("version").GetString()! + (commit is null ? "" : $"+{commit}");
        string allocator = hello.GetProperty("allocator").GetString()!;
        Variant = allocator == "gc" ? "" : allocator;
        _benches = [.. hello.GetProperty("benches").EnumerateArray().Select(name => name.GetString()!)];
    }

    public override string Version { get; }

    public override string Variant { get; }

    public override bool Knows(BenchSpec spec) => _benches.Contains(spec.PeersName);

    public override Sample Repeat(BenchSpec spec, BenchPlan plan)
    {
        Sample total = Run(spec);
        for (int i = 1; i < spec.Runs; i++)
        {
            Sample next = Run(spec);
            total = new Sample(
                total.Ops + next.Ops, total.Nanos + next.Nanos, total.CpuNanos + next.CpuNanos, total.Bytes + next.Bytes);
        }

        return total;
    }

    public override void WarmUp(BenchSpec spec) => Run(spec);

    public override void Dispose() => _process?.Dispose();

    private Sample Run(BenchSpec spec)
    {
        if (_process is null or { HasExited: true })
        {
            Start();
        }

        _process!.WriteLine($"{spec.PeersName} {spec.Workers} {spec.Ops}");
        JsonElement answer = Read(s_patience);
        return answer.TryGetProperty("error", out JsonElement error)
            ? throw new BenchException(error.GetString()!)
            : new Sample(Number("ops") ?? 0, Number("ns") ?? 0, Number("cpu_ns") ?? 0, Number("bytes"));

        long? Number(string name) =>
            answer.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;
    }

    private JsonElement Start()
    {
        _process?.Dispose();
        _process = new ChildProcess(_command);
        return Read(s_startPatience);
    }

    private JsonElement Read(TimeSpan patience)
    {
        string line = _process!.ReadLine(patience);
        try
        {
            return JsonElement.Parse(line);
        }
        catch (JsonException)
        {
            throw new BenchException($"answered what is not JSON: {line}");
        }
    }
}
