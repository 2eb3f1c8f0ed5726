using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;

namespace Kioto.AspNetCore.Tests;

/// <summary>HTTP/2 by hand.</summary>
internal static class Http2Frames
{
    internal const byte Data = 0;
    internal const byte Headers = 1;
    internal const byte Settings = 4;
    internal const byte GoAway = 7;
    internal const byte EndStream = 1;
    internal const byte EndHeaders = 4;
    internal const byte Acknowledged = 1;

    private const int Head = 9;

    /// <summary>How a client begins.</summary>
    internal static byte[] Hello { get; } = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0)];

    internal static byte[] Frame(byte type, byte flags, int stream, params ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[Head + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)payload.Length);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(Head));
        return frame;
    }

    /// <summary>A request without a body.</summary>
    internal static byte[] Get(int stream, string path = "/") => Frame(Headers, EndStream | EndHeaders, stream, Block(0x82, path));

    /// <summary>The head of a request whose body is to follow.</summary>
    internal static byte[] Post(int stream, string path) => Frame(Headers, EndHeaders, stream, Block(0x83, path));

    /// <summary>What frames a peer has sent, whole ones.</summary>
    /// <param name="received">The bytes, as Latin-1.</param>
    internal static List<(byte Type, byte Flags, int Stream)> Parse(string received)
    {
        List<(byte, byte, int)> frames = [];
        ReadOnlySpan<byte> bytes = Encoding.Latin1.GetBytes(received);
        while (bytes.Length >= Head)
        {
            int length = (bytes[0] << 16) | (bytes[1] << 8) | bytes[2];
            if (bytes.Length < Head + length)
            {
                break;
            }

            frames.Add((bytes[3], bytes[4], BinaryPrimitives.ReadInt32BigEndian(bytes[5..])));
            bytes = bytes[(Head + length)..];
        }

        return frames;
    }

    // The method of the static table, http; the path and the authority a literal and not indexed.
    private static byte[] Block(byte method, string path) =>
        [method, 0x86, 0x04, (byte)path.Length, .. Encoding.ASCII.GetBytes(path), 0x01, 0x01, (byte)'a'];
}
