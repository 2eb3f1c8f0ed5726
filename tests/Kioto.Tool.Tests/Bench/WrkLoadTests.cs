using System.Linq;
using Kioto.Tool.Bench;

namespace Kioto.Tool.Tests.Bench;

public sealed class WrkLoadTests
{
    private const string Printed = """
        Running 2s test @ http://127.0.0.1:8080/plaintext
          1 threads and 64 connections
          Thread Stats   Avg      Stdev     Max   +/- Stdev
            Latency   812.47us  404.91us  12.34ms   91.40%
            Req/Sec    79.15k     3.02k   84.21k    75.00%
          Latency Distribution
             50%  760.00us
             75%    0.91ms
             90%    1.10ms
             99%    2.05ms
          157483 requests in 2.01s, 21.03MB read
        Requests/sec:  78348.21
        Transfer/sec:     10.46MB
        """;

    [Fact]
    public void It_reads_what_wrk_prints()
    {
        (long requests, Latency latency) = WrkLoad.Read(Printed);
        Assert.Equal(157_483, requests);
        Assert.Equal(new Latency(78_348.21, 760, 2050), latency);
    }

    [Theory]
    [InlineData("  Socket errors: connect 0, read 3, write 0, timeout 0")]
    [InlineData("  Non-2xx or 3xx responses: 12")]
    public void Errors_give_no_figure(string line)
    {
        BenchException failure = Assert.Throws<BenchException>(() => WrkLoad.Read(Printed + "\n" + line));
        Assert.Contains(line.Trim(), failure.Message, System.StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_wrks_gives_no_figure() => Assert.Throws<BenchException>(() => WrkLoad.Read("hello"));

    [Fact]
    public void Pipelining_goes_through_the_script()
    {
        BenchSpec spec = new("kestrel_pipelined_64", "", 1, 1, 64, Workers: 1, Http: new HttpShape("/plaintext", 16));
        ChildCommand command = new WrkLoad("p.lua").Command(80, spec, 1);
        Assert.Equal("-d2s", command.Arguments.Single(argument => argument.StartsWith("-d", System.StringComparison.Ordinal)));
        Assert.Equal(["-s", "p.lua", "http://127.0.0.1:80/plaintext", "--", "16"], command.Arguments.TakeLast(5));
    }
}
