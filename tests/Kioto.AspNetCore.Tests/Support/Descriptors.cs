using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>Knows the process's open sockets, each by its inode: what an earlier test still closes does not count.</summary>
internal static class Descriptors
{
    /// <summary>How many a process may have: .NET raises the limit to that.</summary>
    internal static int Most
    {
        get
        {
            string line = File.ReadLines("/proc/self/limits").First(text => text.StartsWith("Max open files", StringComparison.Ordinal));
            string hard = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
            return int.TryParse(hard, CultureInfo.InvariantCulture, out int most) ? most : int.MaxValue;
        }
    }

    private const int Tcp = 6;
    private const int TcpInfo = 11;

    internal static HashSet<string> OpenSockets() =>
        [.. Directory.GetFiles("/proc/self/fd").Select(Target).Where(target => target.StartsWith("socket:", StringComparison.Ordinal))];

    /// <summary>How many sockets are open that were not open before.</summary>
    internal static int SocketsSince(HashSet<string> before) => OpenSockets().Except(before).Count();

    /// <summary>How many connections may wait for the listener of a TCP port.</summary>
    internal static int Backlog(int port)
    {
        Span<byte> info = stackalloc byte[32];
        using Socket listener = Find(port, listens: true);
        Assert.Equal(32, listener.GetRawSocketOption(Tcp, TcpInfo, info));
        return BinaryPrimitives.ReadInt32LittleEndian(info[28..]); // tcpi_sacked: of a listener, its queue's length.
    }

    /// <summary>An option of the one connection that a TCP port has accepted.</summary>
    internal static int Accepted(int port, int option)
    {
        Span<byte> value = stackalloc byte[4];
        using Socket connection = Find(port, listens: false);
        connection.GetRawSocketOption(Tcp, option, value);
        return BinaryPrimitives.ReadInt32LittleEndian(value);
    }

    private static Socket Find(int port, bool listens) => Directory.GetFiles("/proc/self/fd")
        .Where(path => Target(path).StartsWith("socket:", StringComparison.Ordinal))
        .Select(path => new Socket(new SafeSocketHandle(int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture), ownsHandle: false)))
        .First(socket => socket.LocalEndPoint is IPEndPoint address && address.Port == port
            && (socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is 1) == listens);

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
