using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using Kioto.Tool.Bench;

namespace Kioto.Tool.Tests.Bench;

public sealed class PeerLoopTests
{
    [Fact]
    public void Introduces_itself_answers_each_line_and_ends_at_quit()
    {
        JsonElement[] answers = Answers("known 2 100\n\nquit\nknown 2 100\n");
        Assert.Equal(2, answers.Length);
        Assert.Equal("fake", answers[0].GetProperty("peer").GetString());
        Assert.Equal("known", answers[0].GetProperty("benches")[0].GetString());
        Assert.Equal(100, answers[1].GetProperty("ops").GetInt64());
        Assert.Equal(7, answers[1].GetProperty("ns").GetInt64());
    }

    [Theory]
    [InlineData("nosuch 2 100", "no such bench: nosuch")]
    [InlineData("known 0 100", "WORKERS must be a positive number: 0")]
    [InlineData("known 2 many", "OPS must be a positive number: many")]
    [InlineData("known 2", "expected: NAME WORKERS OPS")]
    [InlineData("starving 2 1", "starved")]
    public void Goes_on_after_a_line_without_a_figure(string line, string why)
    {
        JsonElement[] answers = Answers($"{line}\nknown 2 5\n");
        Assert.Equal(why, answers[1].GetProperty("error").GetString());
        Assert.Equal(5, answers[2].GetProperty("ops").GetInt64());
    }

    private static JsonElement[] Answers(string input)
    {
        StringWriter output = new();
        PeerLoop.Run(new Fake(), new StringReader(input), output);
        return Array.ConvertAll(output.ToString().TrimEnd('\n').Split('\n'), line => JsonElement.Parse(line));
    }

    private sealed class Fake : IBenchSuite
    {
        public string Peer => "fake";

        public string Version => "1";

        public IReadOnlyDictionary<string, Func<int, int, Sample>> Benches { get; } = new Dictionary<string, Func<int, int, Sample>>
        {
            ["known"] = (_, ops) => new Sample(ops, 7, 7, 0),
            ["starving"] = (_, _) => throw new BenchException("starved"),
        };
    }
}
