using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Kioto.Tool.Bench;

/// <summary>Builds the peers that are not .NET. See bench/peers/README.md for the scripts' contract.</summary>
internal static class PeerBuild
{
    /// <summary>The Tokio peer's executable.</summary>
    /// <param name="root">The project's sources, or null.</param>
    /// <exception cref="BenchException">It can't be built; the message says why.</exception>
    public static string Tokio(string? root) => Build(Sources(root), "tokio", [])[^1];

    /// <summary>The version of hyper, and the executable of the hyper peer.</summary>
    /// <param name="root">The project's sources, or null.</param>
    /// <exception cref="BenchException">It can't be built; the message says why.</exception>
    public static (string Version, string Path) Hyper(string? root)
    {
        string[] lines = Build(Sources(root), "hyper", []);
        return (lines[0], lines[^1]);
    }

    /// <summary>The C peers' executables by name.</summary>
    /// <param name="root">The project's sources, or null.</param>
    /// <exception cref="BenchException">They can't be built; the message says why.</exception>
    public static IReadOnlyDictionary<string, string> C(string? root) =>
        Build(Sources(root), "c", [Repository.Artifacts(Sources(root), "peers-c")]).ToDictionary(path => Path.GetFileName(path)!);

    /// <summary>The assembly of samples/KestrelApi.</summary>
    /// <param name="root">The project's sources, or null.</param>
    /// <exception cref="BenchException">It can't be built; the message says why.</exception>
    public static string KestrelApi(string? root)
    {
        string folder = Path.Combine(Sources(root), "samples", "KestrelApi");
        using ChildProcess process = new(new ChildCommand("dotnet", ["build", folder, "-c", "Release", "-nologo", "-v", "q"]));
        (int exitCode, string output, string lastError) = process.WaitForEnd();
        return exitCode == 0
            ? Path.Combine(folder, "bin", "Release", "net10.0", "KestrelApi.dll")
            : throw new BenchException($"it does not build: {(lastError.Length > 0 ? lastError : output.Trim())}");
    }

    /// <summary>Another allocator for the Tokio peer, or null.</summary>
    public static string? FindJemalloc() => new[] { "/usr/lib", "/usr/lib64", "/usr/local/lib" }
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateDirectories(folder, "*-linux-gnu*").Prepend(folder))
        .Select(folder => Path.Combine(folder, "libjemalloc.so.2"))
        .FirstOrDefault(File.Exists);

    private static string Sources(string? root) =>
        root ?? throw new BenchException("the project's sources are not here, and it is built from them");

    private static string[] Build(string root, string peer, string[] arguments)
    {
        string script = Path.Combine(root, "bench", "peers", peer, "build.sh");
        if (!File.Exists(script))
        {
            throw new BenchException($"there is no bench/peers/{peer}/build.sh");
        }

        using ChildProcess process = new(new ChildCommand("sh", [script, .. arguments]));
        (int exitCode, string output, string lastError) = process.WaitForEnd();
        string[] paths = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return exitCode == 0 && paths.Length > 0 ? paths : throw new BenchException($"it does not build: {lastError}");
    }
}
