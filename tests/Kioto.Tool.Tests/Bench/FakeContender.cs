using System;
using System.Collections.Generic;
using Kioto.Tool.Bench;

namespace Kioto.Tool.Tests.Bench;

/// <summary>Writes down what is asked of it, and takes its time on a clock that is not real.</summary>
internal sealed class FakeContender(string peer, List<string> log, FakeClock? clock = null, TimeSpan time = default)
    : Contender(peer)
{
    public override string Version => "1";

    internal string? FailsAt { get; init; }

    public override bool Knows(BenchSpec spec) => spec.Name != "unknown";

    public override Sample Repeat(BenchSpec spec, BenchPlan plan)
    {
        Take($"{Peer} measured");
        return new Sample(1, 100, 100, 0);
    }

    public override void WarmUp(BenchSpec spec) => Take($"{Peer} warm");

    public override void Dispose()
    {
    }

    private void Take(string what)
    {
        log.Add(what);
        clock?.Advance(time);
        if (what == FailsAt)
        {
            throw new BenchException("starved");
        }
    }
}
