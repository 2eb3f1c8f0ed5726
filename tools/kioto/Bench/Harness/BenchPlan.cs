using System;

namespace Kioto.Tool.Bench;

/// <summary>How long and how often a row is measured.</summary>
internal sealed record BenchPlan(TimeSpan WarmUp, int Repetitions, int EchoRounds, double EchoSeconds)
{
    /// <summary>.NET's tiers need seconds of running, with pauses in which its background compiler gets a processor.</summary>
    public static readonly BenchPlan Full = new(TimeSpan.FromSeconds(4), 25, 5, 2.0);

    /// <summary>A handful of rows in under 30 s.</summary>
    public static readonly BenchPlan Quick = new(TimeSpan.FromSeconds(2), 7, 1, 0.6);

    /// <summary>Longer than the compiler waits before it takes up the methods that have run often enough (100 ms).</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(120);

    public int RepetitionsOf(BenchSpec spec) => spec.IsEcho ? EchoRounds : Repetitions;
}
