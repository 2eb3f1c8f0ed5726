using System;
using System.IO;

namespace Kioto.Tool.Tests;

/// <summary>A folder that goes when it is disposed.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("kioto-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>A path in the folder.</summary>
    internal string File(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    /// <summary>Writes a file, and the folders that it is in.</summary>
    internal void Write(string name, string content)
    {
        string path = File(name.Split('/'));
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, content);
    }
}
