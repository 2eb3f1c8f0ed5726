using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Kioto.AspNetCore.Tests;

/// <summary>Knows the process's open sockets, each by its inode: what an earlier test still closes does not count.</summary>
internal static class Descriptors
{
    internal static HashSet<string> OpenSockets() =>
        [.. Directory.GetFiles("/proc/self/fd").Select(Target).Where(target => target.StartsWith("socket:", StringComparison.Ordinal))];

    /// <summary>How many sockets are open that were not open before.</summary>
    internal static int SocketsSince(HashSet<string> before) => OpenSockets().Except(before).Count();

    private static string Target(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget ?? "";
        }
        catch (IOException)
        {
            return ""; // Closed in the meantime.
        }
    }
}
