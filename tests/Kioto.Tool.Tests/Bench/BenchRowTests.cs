using System.Text.Json;
using Kioto.Tool.Bench;

namespace Kioto.Tool.Tests.Bench;

public sealed class BenchRowTests
{
    private static readonly BenchSpec s_spec = new("spawn_many_local", "", 1000, 1);

    [Fact]
    public void Of_two_variants_the_better_one_counts_whatever_their_order()
    {
        BenchResult slow = Result("tokio", "glibc", 3000);
        BenchResult fast = Result("tokio", "jemalloc", 2000);
        BenchRow row = new(s_spec);
        row.Add(slow);
        row.Add(fast);
        Assert.Equal("jemalloc", row["tokio"]!.Variant);

        row = new BenchRow(s_spec);
        row.Add(fast);
        row.Add(slow);
        Assert.Equal("jemalloc", row["tokio"]!.Variant);
        Assert.Single(row.Results);
    }

    [Fact]
    public void A_failure_counts_only_if_no_variant_has_a_figure()
    {
        BenchRow row = new(s_spec);
        row.AddFailure("tokio", "starved");
        row.AddFailure("tokio", "starved");
        Assert.Equal([("tokio", "starved")], row.Failures);

        row.Add(Result("tokio", "glibc", 1000));
        Assert.Empty(row.Failures);
    }

    [Fact]
    public void Json_is_one_array_of_objects_with_the_documented_names()
    {
        BenchRow row = new(s_spec);
        row.Add(Result("kioto", "", 2000));
        JsonElement entry = JsonElement.Parse(JsonReport.Format([row]))[0];
        string[] names = ["bench", "peer", "version", "params", "ops", "ns_per_op_median", "ns_per_op_min", "bytes_per_op", "cpu_ns_per_op"];
        Assert.Equal(names, System.Linq.Enumerable.Select(entry.EnumerateObject(), p => p.Name));
        Assert.Equal(2, entry.GetProperty("ns_per_op_median").GetDouble());
        Assert.Equal(8, entry.GetProperty("bytes_per_op").GetDouble());
    }

    private static BenchResult Result(string peer, string variant, long nanos) =>
        new(s_spec, peer, "1", variant, [new Sample(1000, nanos, nanos, 8000)]);
}
