using System;
using System.Globalization;
using System.Text;
using Kioto.Tool.Traffic;

namespace Kioto.Tool.Http;

/// <summary>As much of a response as a load needs to know where the next one begins.</summary>
internal static class ResponseHead
{
    /// <summary>The length of a response, head and body, once its head is complete.</summary>
    /// <exception cref="LoadException">It is not a response of status 200 with a Content-Length.</exception>
    public static bool TryGetLength(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        int end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> head = bytes[..(end + 2)];
        if (!head.StartsWith("HTTP/1.1 200 "u8))
        {
            throw new LoadException($"the server answered {Encoding.ASCII.GetString(head[..head.IndexOf("\r\n"u8)])}");
        }

        int body = ContentLength(head[(head.IndexOf("\r\n"u8) + 2)..]);
        length = end + 4 + body;
        return true;
    }

    private static int ContentLength(ReadOnlySpan<byte> headers)
    {
        foreach (Range range in headers.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = headers[range];
            int colon = line.IndexOf((byte)':');
            if (colon > 0 && Ascii.EqualsIgnoreCase(line[..colon], "content-length"u8))
            {
                ReadOnlySpan<byte> value = line[(colon + 1)..];
                return int.TryParse(value[Ascii.Trim(value)], NumberStyles.None, CultureInfo.InvariantCulture, out int length)
                    ? length
                    : throw new LoadException("a malformed Content-Length");
            }
        }

        throw new LoadException("a response without Content-Length");
    }
}
