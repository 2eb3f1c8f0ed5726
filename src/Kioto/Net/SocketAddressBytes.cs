using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Kioto.Net;

/// <summary>Converts between IPEndPoint and the operating system's struct sockaddr.</summary>
internal static class SocketAddressBytes
{
    internal const int MaxLength = 28;

    private const int InetLength = 16;

    /// <summary>Writes the address.</summary>
    /// <param name="endPoint">An IPv4 or IPv6 end point.</param>
    /// <param name="into">At least <see cref="MaxLength"/> bytes, zeroed.</param>
    /// <returns>The length.</returns>
    internal static int Write(IPEndPoint endPoint, Span<byte> into)
    {
        BinaryPrimitives.WriteUInt16BigEndian(into[2..], (ushort)endPoint.Port);
        if (endPoint.AddressFamily == AddressFamily.InterNetwork)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(into, Libc.FamilyInet);
            endPoint.Address.TryWriteBytes(into[4..], out _);
            return InetLength;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(into, Libc.FamilyInet6);
        endPoint.Address.TryWriteBytes(into[8..], out _);
        BinaryPrimitives.WriteUInt32LittleEndian(into[24..], (uint)endPoint.Address.ScopeId);
        return MaxLength;
    }

    internal static IPEndPoint Read(ReadOnlySpan<byte> from)
    {
        int port = BinaryPrimitives.ReadUInt16BigEndian(from[2..]);
        return BinaryPrimitives.ReadUInt16LittleEndian(from) == Libc.FamilyInet
            ? new IPEndPoint(new IPAddress(from.Slice(4, 4)), port)
            : new IPEndPoint(
                new IPAddress(from.Slice(8, 16), BinaryPrimitives.ReadUInt32LittleEndian(from[24..])), port);
    }
}
