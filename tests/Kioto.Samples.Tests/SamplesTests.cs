using System;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace Kioto.Samples;

/// <summary>The samples prove what they print: these tests read it.</summary>
public class SamplesTests(ITestOutputHelper output)
{
    [Fact]
    public void TunedRuntimeKeepsToItsThreads()
    {
        string[] lines = Sample.Run(TunedRuntime.Program.Run, output.WriteLine);
        Match async = Line(lines, @"^async tasks: +100 on (\d+) threads \((.*)\)$");
        Assert.InRange(Number(async), 1, 4);
        Assert.All(async.Groups[2].Value.Split(", "), name => Assert.StartsWith("tuned #", name, StringComparison.Ordinal));
        Match blocking = Line(lines, @"^blocking closures: 16 on (\d+) threads \((.*)\)$");
        Assert.InRange(Number(blocking), 1, 4);
        Assert.All(blocking.Groups[2].Value.Split(", "), name => Assert.StartsWith("tuned-io-", name, StringComparison.Ordinal));

        // Sixteen closures that sleep, on four threads: there must have been several at once.
        Assert.InRange(Number(Line(lines, @"^most blocking closures at once: (\d+) \(at most 4\)$")), 2, 4);
        Assert.Equal(0, Number(Line(lines, @"^threads that ran both: (\d+)$")));
    }

    [Fact]
    public void HeavyComputationGivesTheSameResultOnBothSides()
    {
        string[] lines = Sample.Run(HeavyComputation.Program.Run, output.WriteLine);
        int computations = Number(Line(lines, @"^(\d+) computations on \d+ processors"));
        foreach (string name in (string[])["Kioto, SpawnBlocking", ".NET thread pool"])
        {
            Match match = Line(lines, $@"^{Regex.Escape(name)} +worst latency +([\d.]+) ms, +(\d+) wakes, (\d+) primes$");
            Assert.Equal(78_498 * computations, int.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture));
            Assert.True(int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) > 0);
        }
    }

    [Fact]
    public void LocalFuturesUseOneThreadAndAllocateNothing()
    {
        string[] lines = Sample.Run(LocalFutures.Program.Run, output.WriteLine);
        Line(lines, $"^20000 messages sent and answered, sum {20_000L * 20_001L}$");
        Assert.Equal(1, Number(Line(lines, @"^threads used: (\d+)$")));
        Match bytes = Line(lines, @"^bytes allocated per await: ([\d.]+)$");
#if DEBUG
        // Debug state machines are classes: only that the line is there.
        Assert.NotNull(bytes);
#else
        Assert.Equal("0", bytes.Groups[1].Value);
#endif
    }

    private static Match Line(string[] lines, string pattern)
    {
        Match? match = lines.Select(line => Regex.Match(line, pattern)).FirstOrDefault(match => match.Success);
        Assert.True(match is not null, $"No line matches {pattern} in:\n{string.Join('\n', lines)}");
        return match;
    }

    private static int Number(Match match) => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
}
