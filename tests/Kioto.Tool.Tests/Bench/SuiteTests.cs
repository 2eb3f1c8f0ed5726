using System;
using System.Linq;
using System.Threading;
using Kioto.Tool.Bench;

namespace Kioto.Tool.Tests.Bench;

/// <summary>Every benchmark runs, on both peers: small, for its result and not for its figures.</summary>
[Collection(WholePoolCollection.Name)]
public sealed class SuiteTests
{
    public static TheoryData<string> Names => new(Catalog.All.Where(b => !b.IsServed).Select(b => b.PeersName).Distinct());

    [Theory]
    [MemberData(nameof(Names))]
    public void Kioto_does_the_work(string name) => DoesTheWork(new KiotoSuite(), name);

    /// <summary>On .NET a chain on every worker may starve all that comes from outside, for the seconds that it is given.</summary>
    public static TheoryData<string> NamesWithoutLoad =>
        new(Names.Select(row => row.Data).Where(name => !name.Contains("busy", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(NamesWithoutLoad))]
    public void Dotnet_does_the_work(string name)
    {
        // The pool can't be held to fewer threads than there are processors, unless the process starts so.
        Assert.SkipWhen(Environment.ProcessorCount > 2, "needs DOTNET_ThreadPool_ForceMaxWorkerThreads");

        ThreadPool.GetMinThreads(out int least, out int leastIo);
        ThreadPool.GetMaxThreads(out int most, out int mostIo);
        try
        {
            DoesTheWork(new DotnetSuite(), name);
        }
        finally
        {
            ThreadPool.SetMaxThreads(most, mostIo);
            ThreadPool.SetMinThreads(least, leastIo);
        }
    }

    [Fact]
    public void Both_peers_know_the_whole_catalog()
    {
        string[] names = [.. Catalog.All.Where(b => !b.IsServed).Select(b => b.PeersName).Distinct().Order()];
        Assert.Equal(names, new KiotoSuite().Benches.Keys.Order());
        Assert.Equal(names, new DotnetSuite().Benches.Keys.Order());
    }

    private static void DoesTheWork(IBenchSuite suite, string name)
    {
        Sample sample = suite.Benches[name](2, 200);

        // A run of so many milliseconds, or messages, has one figure.
        bool isRun = name is "schedule_latency" or "sleep_1ms_p50" or "sleep_1ms_p99" or "sleep_1ms_sporadic" ||
            name.StartsWith("blocking_isolation_", StringComparison.Ordinal) || name.StartsWith("stuck_delay_", StringComparison.Ordinal);
        Assert.Equal(isRun ? 1 : 200, sample.Ops);
        Assert.True(sample.Nanos > 0);
        Assert.True(sample.Bytes >= 0);
    }
}
