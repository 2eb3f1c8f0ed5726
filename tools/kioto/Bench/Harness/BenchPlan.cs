using System;

namespace Kioto.Tool.Bench;

/// <summary>How long and how often a row is measured.</summary>
/// <param name="WarmUp">How long .NET's peers run before the first repetition.</param>
/// <param name="ServerWarmUp">How long each of .NET's web servers is under load before, with what a row asks for.</param>
/// <param name="Repetitions">How often each contender is measured.</param>
/// <param name="EchoRounds">The same for tcp_echo.</param>
/// <param name="EchoSeconds">How long one round of that is counted.</param>
/// <param name="Patience">How long a bench may starve before there is no figure.</param>
/// <param name="Budget">How long a row may take in all: what does not fit is left out, but for the first repetition.</param>
internal sealed record BenchPlan(
    TimeSpan WarmUp, TimeSpan ServerWarmUp, int Repetitions, int EchoRounds, double EchoSeconds, TimeSpan Patience, TimeSpan Budget)
{
    /// <summary>.NET's tiers need seconds of running, with pauses in which its background compiler gets a processor.</summary>
    /// <remarks>A server that is pinned to one core shares it with the compiler: before 10 s it takes up to twice the CPU.</remarks>
    public static readonly BenchPlan Full =
        new(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(10), 25, 20, 1.0, TimeSpan.FromSeconds(3), TimeSpan.MaxValue);

    /// <summary>A handful of rows in under 30 s.</summary>
    public static readonly BenchPlan Quick =
        new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), 7, 1, 0.4, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(4.5));

    /// <summary>Longer than the compiler waits before it takes up the methods that have run often enough (100 ms).</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(120);

    public int RepetitionsOf(BenchSpec spec)
    {
        int repetitions = spec.IsServed ? EchoRounds : Repetitions;
        return spec.MostRepetitions > 0 ? Math.Min(repetitions, spec.MostRepetitions) : repetitions;
    }
}
