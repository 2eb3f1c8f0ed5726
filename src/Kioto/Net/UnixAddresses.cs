using System;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Kioto.Net;

/// <summary>Converts between UnixDomainSocketEndPoint and the operating system's struct sockaddr, and reads paths.</summary>
internal static class UnixAddresses
{
    /// <summary>struct sockaddr_un, and the zero that the kernel may add after a name that fills it.</summary>
    internal const int MaxLength = FamilyLength + MaxName + 1;

    private const int FamilyLength = 2;
    private const int MaxName = 108;

    private static readonly UnixDomainSocketEndPoint s_maker = new("/");

    /// <summary>Reads a path, or an abstract name, which begins with a zero.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The end point.</returns>
    /// <exception cref="ArgumentException">The path is empty or too long, or has a zero in the middle.</exception>
    internal static UnixDomainSocketEndPoint Parse(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        bool isAbstract = path[0] == '\0';
        int length = Encoding.UTF8.GetByteCount(path);
        int most = isAbstract ? MaxName : MaxName - 1; // A path ends with a zero.
        if (length > most)
        {
            throw new ArgumentException(
                $"'{Show(path)}' has {length} bytes as UTF-8, and the address of a Unix socket has room for {most}. " +
                "Use a shorter path: one relative to the current directory, or of a link to the directory.",
                nameof(path));
        }

        return isAbstract || !path.Contains('\0', StringComparison.Ordinal)
            ? new UnixDomainSocketEndPoint(path)
            : throw new ArgumentException($"'{Show(path)}' has a zero in the middle, which ends a path.", nameof(path));
    }

    /// <summary>Writes the address.</summary>
    /// <param name="endPoint">The end point.</param>
    /// <returns>The bytes: the length counts, as zeros in an abstract name do.</returns>
    internal static ReadOnlySpan<byte> Write(UnixDomainSocketEndPoint endPoint)
    {
        SocketAddress address = endPoint.Serialize();
        return address.Buffer.Span[..address.Size];
    }

    /// <summary>Whether an address has no file.</summary>
    /// <param name="address">The bytes.</param>
    /// <returns>True for an abstract name, or none.</returns>
    internal static bool IsAbstract(ReadOnlySpan<byte> address) => address.Length <= FamilyLength || address[FamilyLength] == 0;

    internal static UnixDomainSocketEndPoint Read(ReadOnlySpan<byte> from)
    {
        SocketAddress address = new(AddressFamily.Unix, int.Max(from.Length, FamilyLength));
        from.CopyTo(address.Buffer.Span);
        return (UnixDomainSocketEndPoint)s_maker.Create(address);
    }

    private static string Show(string path) => path.Replace('\0', '@');
}
