using System;
using System.IO;

namespace Kioto.Tool.Bench;

/// <summary>Where the project's sources are: peers and other revisions are built from them.</summary>
internal static class Repository
{
    /// <summary>The root, looked for upwards from the executable and from the current directory; or null.</summary>
    public static string? Root { get; } = Find(AppContext.BaseDirectory) ?? Find(Environment.CurrentDirectory);

    /// <summary>For what the tool builds. Git ignores it.</summary>
    public static string Artifacts(string root, string name) => Path.Combine(root, "artifacts", name);

    private static string? Find(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder, "Kioto.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder;
    }
}
