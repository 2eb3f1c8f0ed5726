using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

namespace Kioto.AspNetCore.Tests;

/// <summary>What came of an exchange that was tried often: more than one thing where the server races with itself.</summary>
internal sealed class Outcomes : IEnumerable<string>
{
    private const int Tries = 40;

    // What comes in one of a hundred tries is missed by so many in one of twenty thousand.
    private const int MostTries = 1000;

    private readonly Dictionary<string, int> _counts = [];
    private readonly Func<Task<string>> _exchange;

    private Outcomes(Func<Task<string>> exchange) => _exchange = exchange;

    internal static async Task<Outcomes> Of(Func<Task<string>> exchange)
    {
        Outcomes outcomes = new(exchange);
        for (int i = 0; i < Tries; i++)
        {
            await outcomes.TryAsync();
        }

        return outcomes;
    }

    /// <summary>Whether this can come of it: tries more often while it has not.</summary>
    internal async Task<bool> CanBe(string outcome)
    {
        for (int i = 0; i < MostTries && !_counts.ContainsKey(outcome); i++)
        {
            await TryAsync();
        }

        return _counts.ContainsKey(outcome);
    }

    public IEnumerator<string> GetEnumerator() => _counts.Keys.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Join(", ", _counts.Select(pair => $"{pair.Value} times {pair.Key}"));

    private async Task TryAsync()
    {
        string outcome = await _exchange();
        _counts[outcome] = _counts.GetValueOrDefault(outcome) + 1;
    }
}
