using System.Linq;
using Kioto.Tool.Bench;

namespace Kioto.Tool.Tests.Bench;

public sealed class H2LoadTests
{
    private const string Printed = """
        starting benchmark...
        Application protocol: h2c

        finished in 1.30s, 19757.50 req/s, 676.19KB/s
        requests: 19757 total, 19757 started, 19757 done, 19757 succeeded, 0 failed, 0 errored, 0 timeout
        status codes: 19757 2xx, 0 3xx, 0 4xx, 0 5xx
        traffic: 676.19KB (692419) total, 91.47KB (93664) headers (space savings 95.65%), 294.13KB (301184) data
                             min         max         mean         sd        +/- sd
        time for request:       92us     14.59ms      1.57ms      1.56ms    85.76%
        """;

    private static readonly string[] s_log = [.. Enumerable.Range(1, 100).Select(i => $"1795870008068249\t200\t{i * 10}")];

    [Fact]
    public void It_reads_what_h2load_prints_and_logs()
    {
        (long requests, Latency latency) = H2Load.Read(Printed, s_log);
        Assert.Equal(19_757, requests);
        Assert.Equal(new Latency(19_757.5, 510, 1000), latency);
    }

    [Theory]
    [InlineData("19757 succeeded, 0 failed", "19750 succeeded, 7 failed")]
    [InlineData("0 failed, 0 errored", "0 failed, 3 errored")]
    [InlineData("0 3xx, 0 4xx", "0 3xx, 2 4xx")]
    [InlineData("0 4xx, 0 5xx", "0 4xx, 2 5xx")]
    public void Errors_give_no_figure(string was, string becomes) => Assert.StartsWith(
        "h2load: ", Assert.Throws<BenchException>(() => H2Load.Read(Printed.Replace(was, becomes, System.StringComparison.Ordinal), s_log)).Message);

    [Fact]
    public void What_is_not_h2loads_gives_no_figure()
    {
        Assert.Throws<BenchException>(() => H2Load.Read("hello", s_log));
        Assert.Throws<BenchException>(() => H2Load.Read(Printed, []));
        Assert.Throws<BenchException>(() => H2Load.Read(Printed, ["nonsense"]));
    }

    [Fact]
    public void It_warms_up_and_then_counts()
    {
        BenchSpec spec = new("kestrel_h2c_64", "", 1, 1, 64, Workers: 1, Http: new HttpShape("/plaintext", 10, HttpClientKind.H2Load));
        ChildCommand command = new H2Load("log").Command(80, spec, 0.4);
        Assert.Equal(
            ["-t1", "-c64", "-m10", "--duration=400ms", "--warm-up-time=120ms", "--log-file=log", "http://127.0.0.1:80/plaintext"],
            command.Arguments.TakeLast(7));
    }
}
