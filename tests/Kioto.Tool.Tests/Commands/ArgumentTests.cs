using System;
using System.IO;
using Kioto.Tool.Commands;

namespace Kioto.Tool.Tests.Commands;

/// <summary>Bad arguments: a clear word on the standard error, and exit code 2.</summary>
public sealed class ArgumentTests
{
    [Theory]
    [InlineData("nonsense", "nonsense")]
    [InlineData("serve echo", "--port")]
    [InlineData("serve ftp --port 1", "ftp")]
    [InlineData("serve echo --port 65536", "0 to 65535")]
    [InlineData("serve echo --port x", "\"x\"")]
    [InlineData("serve echo --port 0 --workers 0", "1 to 1024")]
    [InlineData("load echo --port 0", "1 to 65535")]
    [InlineData("load echo --port 1 --connections 0", "--connections")]
    [InlineData("load echo --port 1 --seconds 0", "--seconds")]
    [InlineData("load echo --port 1 --seconds -1", "--seconds")]
    [InlineData("load echo --port 1 --seconds NaN", "--seconds")]
    [InlineData("load echo --port 1 --size 0", "--size")]
    [InlineData("load http --port 1 --size 64", "--size is for echo")]
    [InlineData("bench --only (", "--only")]
    [InlineData("bench --only nosuchbench", "--list")]
    [InlineData("bench --peers java", "java")]
    [InlineData("bench --peers ,", "names none of dotnet, tokio, c")]
    [InlineData("bench --peers none,dotnet", "none")]
    [InlineData("bench --baseline nosuchrevision", "--baseline: no such revision: nosuchrevision")]
    [InlineData("bench --baseline --all", "--baseline")]
    [InlineData("bench --json", "--json")]
    [InlineData("tour --seconds", "--seconds")]
    [InlineData("tour --seconds forever", "forever")]
    public void Bad_arguments_exit_with_2_and_say_why(string line, string why)
    {
        (int exitCode, _, string error) = InProcess.Run(line.Split(' '));
        Assert.Equal(2, exitCode);
        Assert.Contains(why, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_load_without_a_server_fails_with_1()
    {
        (int exitCode, _, string error) = InProcess.Run("load", "echo", "--port", "1", "--seconds", "1");
        Assert.Equal(1, exitCode);
        Assert.Contains("port 1", error, StringComparison.Ordinal);
    }

    [Fact]
    public void List_names_what_only_finds()
    {
        (int exitCode, string output, _) = InProcess.Run("bench", "--list", "--only", "^yield");
        Assert.Equal(0, exitCode);
        Assert.Contains("yield_many_main", output, StringComparison.Ordinal);
        Assert.DoesNotContain("spawn", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--json")]
    [InlineData("--chart")]
    public void A_file_that_can_not_be_written_is_refused_before_anything_is_measured(string option)
    {
        using TemporaryFolder folder = new();
        foreach (string file in (string[])[folder.File("missing", "out"), folder.Path])
        {
            (int exitCode, _, string error) = InProcess.Run("bench", "--only", "^time_now$", "--peers", "none", option, file);
            Assert.Equal(2, exitCode);
            Assert.Contains($"{option}: \"{file}\" can't be written: ", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_that_was_tried_is_as_it_was()
    {
        using TemporaryFolder folder = new();
        FileInfo fresh = new(folder.File("fresh"));
        FileInfo old = new(folder.File("old"));
        File.WriteAllText(old.FullName, "content");
        Assert.Null(Arguments.WhyNotWritable("--json", fresh));
        Assert.Null(Arguments.WhyNotWritable("--json", old));
        Assert.Null(Arguments.WhyNotWritable("--json", null));
        Assert.False(File.Exists(fresh.FullName));
        Assert.Equal("content", File.ReadAllText(old.FullName));
    }
}
