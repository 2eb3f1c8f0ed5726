using System;
using System.IO;
using System.Threading;

namespace Kioto.Tool.Tests.Commands;

/// <summary>Bad arguments: a clear word on the standard error, and exit code 2.</summary>
public sealed class ArgumentTests
{
    private static readonly Lock s_console = new();

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
    [InlineData("bench --json", "--json")]
    [InlineData("tour --seconds", "--seconds")]
    [InlineData("tour --seconds forever", "forever")]
    public void Bad_arguments_exit_with_2_and_say_why(string line, string why)
    {
        (int exitCode, _, string error) = Run(line.Split(' '));
        Assert.Equal(2, exitCode);
        Assert.Contains(why, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_load_without_a_server_fails_with_1()
    {
        (int exitCode, _, string error) = Run("load", "echo", "--port", "1", "--seconds", "1");
        Assert.Equal(1, exitCode);
        Assert.Contains("port 1", error, StringComparison.Ordinal);
    }

    [Fact]
    public void List_names_what_only_finds()
    {
        (int exitCode, string output, _) = Run("bench", "--list", "--only", "^yield");
        Assert.Equal(0, exitCode);
        Assert.Contains("yield_many_main", output, StringComparison.Ordinal);
        Assert.DoesNotContain("spawn", output, StringComparison.Ordinal);
    }

    private static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        lock (s_console)
        {
            (TextWriter output, TextWriter error) = (Console.Out, Console.Error);
            using StringWriter newOutput = new();
            using StringWriter newError = new();
            Console.SetOut(newOutput);
            Console.SetError(newError);
            try
            {
                return (CommandLine.Run(arguments), newOutput.ToString(), newError.ToString());
            }
            finally
            {
                Console.SetOut(output);
                Console.SetError(error);
            }
        }
    }
}
