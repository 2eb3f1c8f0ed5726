using System;
using System.IO;

namespace Kioto.Tool.Bench;

/// <summary>The tool as it was in another revision, built in a work tree that goes when this is disposed.</summary>
internal sealed class BaselineBuild : IDisposable
{
    private readonly string _root;
    private readonly string _folder;

    public BaselineBuild(string revision)
    {
        _root = Repository.Root ?? throw new BenchException("the project's sources are not here");
        Commit = Run("git", "-C", _root, "rev-parse", "--short", "--verify", revision + "^{commit}").Trim();
        _folder = Repository.Artifacts(_root, $"baseline-{Commit}-{Environment.ProcessId}");
        Run("git", "-C", _root, "worktree", "add", "--detach", _folder, Commit);
        try
        {
            Run("dotnet", "build", Path.Combine(_folder, "tools", "kioto"), "-c", "Release", "-nologo", "-v", "q");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Commit { get; }

    public ChildCommand Command =>
        SelfCommand.OfAssembly(Path.Combine(_folder, "tools", "kioto", "bin", "Release", "net10.0", "Kioto.Tool.dll"));

    public void Dispose() => Run("git", "-C", _root, "worktree", "remove", "--force", _folder);

    private static string Run(string file, params string[] arguments)
    {
        using ChildProcess process = new(new ChildCommand(file, arguments));
        (int exitCode, string output, string lastError) = process.WaitForEnd();
        return exitCode == 0
            ? output
            : throw new BenchException($"{file}: {(lastError.Length > 0 ? lastError : output.Trim())}");
    }
}
