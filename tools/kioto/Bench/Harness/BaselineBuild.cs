using System;
using System.IO;

namespace Kioto.Tool.Bench;

/// <summary>The tool as it was in another revision, built in a work tree that goes when this is disposed.</summary>
internal sealed class BaselineBuild : IDisposable
{
    private readonly string _root;
    private readonly string _folder;

    /// <summary>Builds a revision.</summary>
    /// <param name="root">The project's sources.</param>
    /// <param name="commit">What <see cref="Resolve"/> found.</param>
    /// <exception cref="BenchException">It can't be built; the message says why.</exception>
    public BaselineBuild(string? root, string commit)
    {
        _root = Sources(root);
        Commit = commit;
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

    /// <summary>Finds the commit that a revision means.</summary>
    /// <param name="root">The project's sources, or null.</param>
    /// <param name="revision">What the user wrote.</param>
    /// <exception cref="BenchException">There is none.</exception>
    public static string Resolve(string? root, string revision)
    {
        // What begins with a dash would be an option of git's.
        using ChildProcess git = new(new ChildCommand(
            "git", ["-C", Sources(root), "rev-parse", "--short", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"]));
        (int exitCode, string output, string lastError) = git.WaitForEnd();
        return exitCode == 0
            ? output.Trim()
            : throw new BenchException(lastError.Length > 0 ? lastError : $"no such revision: {revision}");
    }

    public void Dispose() => Run("git", "-C", _root, "worktree", "remove", "--force", _folder);

    private static string Sources(string? root) =>
        root ?? throw new BenchException("the project's sources are not here, and it is built from them");

    private static string Run(string file, params string[] arguments)
    {
        using ChildProcess process = new(new ChildCommand(file, arguments));
        (int exitCode, string output, string lastError) = process.WaitForEnd();
        return exitCode == 0
            ? output
            : throw new BenchException($"{file}: {(lastError.Length > 0 ? lastError : output.Trim())}");
    }
}
