using System.Linq;
using System.Threading;
using Kioto.Tool.Bench;

namespace Kioto.Tool.Tests.Bench;

/// <summary>Who can't be built stays at home, and the rest runs.</summary>
public sealed class LineupTests
{
    private static readonly BenchSpec s_spec = new("yield_many", "", 200, 1);

    [Fact]
    public void A_peer_that_can_not_be_built_is_named_and_the_rest_runs()
    {
        using TemporaryFolder sources = new();
        sources.Write("bench/peers/tokio/build.sh", "echo compiling >&2; echo 'no Rust here' >&2; exit 1\n");
        using Lineup lineup = Assemble([s_spec], ["dotnet", "tokio"], sources.Path);
        Assert.Equal([("tokio", "it does not build: no Rust here")], lineup.Missing);
        Assert.Equal(["kioto", "dotnet"], lineup.Contenders.Select(c => c.Peer));

        Runner runner = new(
            BenchPlan.Full with { WarmUp = default, Repetitions = 2 }, lineup.Contenders, _ => { }, System.TimeProvider.System);
        BenchRow row = runner.Measure(s_spec, CancellationToken.None);
        Assert.Empty(row.Failures);
        Assert.Equal(2, row["kioto"]!.Samples.Count);
        Assert.Equal(2, row["dotnet"]!.Samples.Count);
        Assert.True(row["kioto"]!.MinNanos > 0);
    }

    [Fact]
    public void A_script_that_is_missing_is_named()
    {
        using TemporaryFolder sources = new();
        using Lineup lineup = Assemble([s_spec], ["tokio"], sources.Path);
        Assert.Equal([("tokio", "there is no bench/peers/tokio/build.sh")], lineup.Missing);
        Assert.Equal(["kioto"], lineup.Contenders.Select(c => c.Peer));
    }

    [Fact]
    public void Without_the_sources_only_what_is_here_runs()
    {
        using Lineup lineup = Assemble([s_spec], ["tokio"], null);
        Assert.Equal([("tokio", "the project's sources are not here, and it is built from them")], lineup.Missing);
        Assert.Equal(["kioto"], lineup.Contenders.Select(c => c.Peer));
    }

    [Fact]
    public void A_script_that_prints_no_path_has_not_built_anything()
    {
        using TemporaryFolder sources = new();
        sources.Write("bench/peers/c/build.sh", "exit 0\n");
        using Lineup lineup = Assemble([s_spec with { Connections = 1 }], ["c"], sources.Path);
        Assert.Equal(["c"], lineup.Missing.Select(m => m.Peer));

        // The client is the tool's own then.
        Assert.Equal(["kioto"], lineup.Contenders.Select(c => c.Peer));
    }

    private static Lineup Assemble(BenchSpec[] benches, string[] peers, string? root) =>
        Lineup.Assemble(benches, peers, null, BenchPlan.Quick, root, _ => { });
}
