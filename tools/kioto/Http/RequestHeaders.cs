using System;
using System.Globalization;
using System.Text;

namespace Kioto.Tool.Http;

/// <summary>Collects what the headers of a request say about its end, and about the connection's.</summary>
internal struct RequestHeaders
{
    private int _hosts;
    private bool _hasTransferEncoding;

    public int? ContentLength { get; private set; }

    public bool SaysClose { get; private set; }

    public bool SaysKeepAlive { get; private set; }

    public bool ExpectsContinue { get; private set; }

    /// <summary>Takes a line, without its end. False if it is no header, or contradicts an earlier one.</summary>
    public bool TryAdd(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');

        // A space in front of the colon, or a line that begins with one, is how requests are smuggled.
        if (colon < 0 || !RequestParser.IsToken(line[..colon]))
        {
            return false;
        }

        ReadOnlySpan<byte> name = line[..colon];
        ReadOnlySpan<byte> value = line[(colon + 1)..].Trim(" \t"u8);
        if (HasControls(value))
        {
            return false;
        }

        if (Ascii.EqualsIgnoreCase(name, "content-length"u8))
        {
            return TryAddLength(value);
        }

        if (Ascii.EqualsIgnoreCase(name, "host"u8))
        {
            _hosts++;
        }
        else if (Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8))
        {
            _hasTransferEncoding = true;
        }
        else if (Ascii.EqualsIgnoreCase(name, "expect"u8))
        {
            ExpectsContinue = Ascii.EqualsIgnoreCase(value, "100-continue"u8);
        }
        else if (Ascii.EqualsIgnoreCase(name, "connection"u8))
        {
            AddConnection(value);
        }

        return true;
    }

    /// <summary>Judges all headers together.</summary>
    public readonly RequestOutcome Check(bool isOneOne)
    {
        bool ambiguous = _hasTransferEncoding && (ContentLength is not null || !isOneOne);
        bool hostIsWrong = _hosts > 1 || (isOneOne && _hosts == 0);
        return ambiguous || hostIsWrong ? RequestOutcome.Malformed
            : _hasTransferEncoding ? RequestOutcome.NotImplemented
            : ContentLength > RequestParser.MaxBody ? RequestOutcome.BodyTooLarge
            : RequestOutcome.Complete;
    }

    private static bool HasControls(ReadOnlySpan<byte> value)
    {
        foreach (byte b in value)
        {
            if (b is < 0x20 and not (byte)'\t' or 0x7F)
            {
                return true;
            }
        }

        return false;
    }

    private bool TryAddLength(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        // What is too long for a number is too large as well.
        int length = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int parsed) ? parsed : int.MaxValue;
        bool agrees = ContentLength is null || ContentLength == length;
        ContentLength = length;
        return agrees;
    }

    private void AddConnection(ReadOnlySpan<byte> value)
    {
        foreach (Range range in value.Split((byte)','))
        {
            ReadOnlySpan<byte> option = value[range].Trim(" \t"u8);
            SaysClose |= Ascii.EqualsIgnoreCase(option, "close"u8);
            SaysKeepAlive |= Ascii.EqualsIgnoreCase(option, "keep-alive"u8);
        }
    }
}
