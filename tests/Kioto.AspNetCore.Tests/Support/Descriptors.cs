using System;
using System.IO;
using System.Linq;

namespace Kioto.AspNetCore.Tests;

/// <summary>Counts the process's open sockets.</summary>
internal static class Descriptors
{
    internal static int OpenSockets() => Directory.GetFiles("/proc/self/fd").Count(IsSocket);

    private static bool IsSocket(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true;
        }
        catch (IOException)
        {
            return false; // Closed in the meantime.
        }
    }
}
