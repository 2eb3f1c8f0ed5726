using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Kioto.Net.Tests;

/// <summary>
/// The process's descriptors of sockets at some moment, by the socket's inode: what another test has left to the
/// collector, and what is closed at any time, is not counted as if it were the test's own.
/// </summary>
internal sealed class Descriptors
{
    private readonly Dictionary<string, int> _then = Sockets();

    private Descriptors()
    {
    }

    /// <summary>How many more there are, of sockets of then and of others.</summary>
    internal int Opened => More(Sockets(), _then);

    /// <summary>How many there are no more.</summary>
    internal int Closed => More(_then, Sockets());

    internal static Descriptors Look() => new();

    private static int More(Dictionary<string, int> some, Dictionary<string, int> others) =>
        some.Sum(socket => int.Max(0, socket.Value - others.GetValueOrDefault(socket.Key)));

    private static Dictionary<string, int> Sockets() => Directory.GetFiles("/proc/self/fd")
        .Select(Target)
        .Where(static target => target.StartsWith("socket:", StringComparison.Ordinal))
        .CountBy(static target => target)
        .ToDictionary();

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
