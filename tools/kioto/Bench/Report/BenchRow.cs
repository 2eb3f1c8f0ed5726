using System.Collections.Generic;
using System.Linq;

namespace Kioto.Tool.Bench;

/// <summary>One benchmark with all its peers.</summary>
internal sealed class BenchRow(BenchSpec spec)
{
    private readonly List<BenchResult> _results = [];
    private readonly List<(string Peer, string Why)> _failures = [];

    public BenchSpec Spec { get; } = spec;

    public IReadOnlyList<BenchResult> Results => _results;

    /// <summary>Peers that tried and have no figure, and why.</summary>
    public IReadOnlyList<(string Peer, string Why)> Failures => [.. _failures.Where(f => this[f.Peer] is null).Distinct()];

    public BenchResult? this[string peer] => _results.FirstOrDefault(r => r.Peer == peer);

    /// <summary>Takes a result; of two variants of one peer the better one counts.</summary>
    public void Add(BenchResult result)
    {
        if (this[result.Peer] is not { } other)
        {
            _results.Add(result);
        }
        else if (Statistics.Median(result.Cost) < Statistics.Median(other.Cost))
        {
            _results[_results.IndexOf(other)] = result;
        }
    }

    public void AddFailure(string peer, string why) => _failures.Add((peer, why));
}
