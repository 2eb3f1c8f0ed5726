using System;
using System.IO;
using Kioto.Tool.Bench;

namespace Kioto.Tool.Tests.Bench;

/// <summary>Another revision of a project that looks like this one, but is smaller.</summary>
public sealed class BaselineBuildTests
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <AssemblyName>Kioto.Tool</AssemblyName>
          </PropertyGroup>
        </Project>
        """;

    [Fact]
    public void A_revision_is_built_beside_the_work_tree_and_goes_again()
    {
        using TemporaryFolder sources = new();
        Repository(sources);
        string commit = BaselineBuild.Resolve(sources.Path, "HEAD~1");
        string folder;
        using (BaselineBuild build = new(sources.Path, commit))
        {
            Assert.Equal(commit, build.Commit);
            folder = Path.GetDirectoryName(build.Command.Arguments[0])!;
            using ChildProcess old = new(build.Command);
            Assert.Equal((0, "old\n", ""), old.WaitForEnd());
        }

        Assert.False(Directory.Exists(folder));
        Assert.Equal("new", File.ReadAllText(sources.File("marker")));
        Assert.DoesNotContain("artifacts", Git(sources, "worktree", "list"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_revision_that_does_not_build_says_why_and_leaves_nothing()
    {
        using TemporaryFolder sources = new();
        Repository(sources);
        Commit(sources, "tools/kioto/Broken.cs", "This is not C#.");
        string commit = BaselineBuild.Resolve(sources.Path, "HEAD");
        Assert.StartsWith(
            "dotnet: ", Assert.Throws<BenchException>(() => new BaselineBuild(sources.Path, commit)).Message, StringComparison.Ordinal);
        Assert.DoesNotContain("artifacts", Git(sources, "worktree", "list"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_revision_is_refused()
    {
        using TemporaryFolder sources = new();
        Repository(sources);
        Assert.Equal(
            "no such revision: HEAD~7",
            Assert.Throws<BenchException>(() => BaselineBuild.Resolve(sources.Path, "HEAD~7")).Message);
        Assert.Throws<BenchException>(() => BaselineBuild.Resolve(sources.Path, "--all"));
        Assert.Throws<BenchException>(() => BaselineBuild.Resolve(null, "HEAD"));
    }

    private static void Repository(TemporaryFolder sources)
    {
        Git(sources, "init", "-q");
        sources.Write("tools/kioto/Kioto.Tool.csproj", Project);
        sources.Write("tools/kioto/Program.cs", "System.Console.WriteLine(\"old\");");
        Commit(sources, "marker", "old");
        sources.Write("tools/kioto/Program.cs", "System.Console.WriteLine(\"new\");");
        Commit(sources, "marker", "new");
    }

    private static void Commit(TemporaryFolder sources, string file, string content)
    {
        sources.Write(file, content);
        Git(sources, "add", ".");
        Git(sources, "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "-m", file);
    }

    private static string Git(TemporaryFolder sources, params string[] arguments)
    {
        using ChildProcess git = new(new ChildCommand("git", ["-C", sources.Path, .. arguments]));
        (int exitCode, string output, string lastError) = git.WaitForEnd();
        Assert.True(exitCode == 0, lastError);
        return output;
    }
}
