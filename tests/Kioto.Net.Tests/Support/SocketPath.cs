using System;
using System.IO;

namespace Kioto.Net.Tests;

/// <summary>A path for a Unix socket, in a directory of its own.</summary>
internal sealed class SocketPath : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kioto-").FullName;

    internal string Value => Path.Combine(_directory, "s");

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
