using System;
using Kioto.Tool.Bench;

namespace Kioto.Tool.Tests.Bench;

public sealed class ChildProcessTests
{
    [Fact]
    public void A_child_that_does_not_end_in_time_is_killed()
    {
        using ChildProcess child = new(new ChildCommand("sleep", ["1000"]));
        BenchException why = Assert.Throws<BenchException>(() => child.WaitForEnd(TimeSpan.FromSeconds(0.1)));
        Assert.Equal("it did not end within 0 s", why.Message);
        Assert.True(child.HasExited);
    }

    [Fact]
    public void What_a_child_wrote_is_read_when_it_has_ended()
    {
        using ChildProcess child = new(new ChildCommand("sh", ["-c", "echo out; echo err >&2; exit 3"]));
        Assert.Equal((3, "out\n", "err"), child.WaitForEnd(TimeSpan.FromMinutes(1)));
    }
}
