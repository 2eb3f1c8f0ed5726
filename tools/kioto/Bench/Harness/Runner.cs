using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Kioto.Tool.Bench;

/// <summary>Measures one row: warms all contenders up, then lets them take turns repetition by repetition.</summary>
/// <param name="plan">How long and how often.</param>
/// <param name="contenders">Who is measured.</param>
/// <param name="progress">Told what is going on.</param>
/// <param name="clock">What the time is taken from.</param>
internal sealed class Runner(
    BenchPlan plan, IReadOnlyList<Contender> contenders, Action<string> progress, TimeProvider clock)
{
    private readonly HashSet<HttpShape> _warmShapes = [];
    private bool _echoIsWarm;

    /// <summary>Measures a benchmark.</summary>
    /// <param name="spec">The benchmark.</param>
    /// <param name="stop">Ends it early; the row is then not complete.</param>
    /// <returns>The results, one for each peer, and why others have none.</returns>
    public BenchRow Measure(BenchSpec spec, CancellationToken stop)
    {
        BenchRow row = new(spec);
        List<(Contender Contender, List<Sample> Samples)> running =
            [.. contenders.Where(c => c.Knows(spec)).Select(c => (c, new List<Sample>()))];

        long start = clock.GetTimestamp();
        progress($"{spec.Name}: warming up");
        WarmUp(spec, row, running, stop);
        int repetitions = plan.RepetitionsOf(spec);
        long first = clock.GetTimestamp();
        for (int i = 0; i < repetitions && !stop.IsCancellationRequested; i++)
        {
            // Another one would take about as long as those before.
            if (i > 0 && clock.GetElapsedTime(start) + (clock.GetElapsedTime(first) / i) > plan.Budget)
            {
                break;
            }

            progress($"{spec.Name}: repetition {i + 1} of {repetitions}");

            // Whoever comes first has no lasting advantage.
            foreach ((Contender contender, List<Sample> samples) in Rotated(running, i))
            {
                Try(row, running, contender, () => samples.Add(contender.Repeat(spec, plan)));
            }
        }

        foreach ((Contender contender, List<Sample> samples) in running)
        {
            row.Add(new BenchResult(spec, contender.Peer, contender.Version, contender.Variant, samples));
        }

        return row;
    }

    private static void Try(BenchRow row, List<(Contender Contender, List<Sample> Samples)> running, Contender contender, Action action)
    {
        if (running.All(r => r.Contender != contender))
        {
            return;
        }

        try
        {
            action();
        }
        catch (BenchException e)
        {
            // A peer that starves on one allocator starves on another.
            running.RemoveAll(r => r.Contender.Peer == contender.Peer);
            row.AddFailure(contender.Peer, e.Message);
        }
    }

    private static IEnumerable<T> Rotated<T>(List<T> list, int by) =>
        [.. list.Skip(by % Math.Max(1, list.Count)), .. list.Take(by % Math.Max(1, list.Count))];

    private void WarmUp(BenchSpec spec, BenchRow row, List<(Contender Contender, List<Sample> Samples)> running, CancellationToken stop)
    {
        if (IsWarm(spec))
        {
            return;
        }

        foreach ((Contender contender, _) in Rotated(running, 0).Where(r => !r.Contender.IsDotnet))
        {
            Try(row, running, contender, () => contender.WarmUp(spec));
        }

        // All together; of web servers each by itself.
        long start = clock.GetTimestamp();
        Dictionary<Contender, TimeSpan> loads = [];
        bool IsCold(Contender contender) => contender.IsDotnet && (spec.Http is null
            ? clock.GetElapsedTime(start) < plan.WarmUp
            : loads.GetValueOrDefault(contender) < plan.ServerWarmUp);
        while (running.Any(r => IsCold(r.Contender)) && !stop.IsCancellationRequested)
        {
            foreach ((Contender contender, _) in Rotated(running, 0).Where(r => r.Contender.IsDotnet))
            {
                long begun = clock.GetTimestamp();
                Try(row, running, contender, () => contender.WarmUp(spec));
                loads[contender] = loads.GetValueOrDefault(contender) + clock.GetElapsedTime(begun);
            }

            Thread.Sleep(BenchPlan.Pause);
        }
    }

    // The rows of an echo differ in the client only, and so do those of a request but for the number of connections.
    private bool IsWarm(BenchSpec spec)
    {
        if (spec.Http is { } shape)
        {
            return !_warmShapes.Add(shape);
        }

        bool isWarm = spec.IsEcho && _echoIsWarm;
        _echoIsWarm |= spec.IsEcho;
        return isWarm;
    }
}
