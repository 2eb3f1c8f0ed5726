using System;
using System.Buffers;

namespace Kioto.Tool.Http;

/// <summary>Reads the head of an HTTP/1.x request (RFC 9112). Strict: what could be read in two ways is malformed.</summary>
internal static class RequestParser
{
    /// <summary>The longest head; more is answered with 431.</summary>
    public const int MaxHead = 8 * 1024;

    /// <summary>The longest body that is skipped; more is answered with 413.</summary>
    public const int MaxBody = 1024 * 1024;

    private static readonly SearchValues<byte> s_tokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    /// <summary>Reads a request.</summary>
    /// <param name="bytes">All that has come and is not consumed yet.</param>
    /// <param name="scanned">
    /// How many of the bytes are known to hold no complete head: 0 for a new request, then what the last call left here.
    /// So a request that trickles in is not scanned anew for each of its bytes.
    /// </param>
    public static Request Parse(ReadOnlySpan<byte> bytes, ref int scanned)
    {
        // Some clients send an empty line behind a body (RFC 9112, 2.2).
        int start = 0;
        while (bytes[start..].StartsWith("\r\n"u8))
        {
            start += 2;
        }

        int from = Math.Max(start, scanned);
        int end = FindEnd(bytes, from);
        if (end < 0 ? bytes.Length >= MaxHead : end > MaxHead)
        {
            return new Request(RequestOutcome.HeadTooLarge);
        }

        if (end < 0)
        {
            // The end may have begun with the last three bytes.
            scanned = Math.Max(start, bytes.Length - 3);
            return new Request(HasBareLineBreak(bytes, from) ? RequestOutcome.Malformed : RequestOutcome.Incomplete);
        }

        scanned = 0;
        return ParseHead(bytes[start..(end - 2)]) with { HeadLength = end };
    }

    private static int FindEnd(ReadOnlySpan<byte> bytes, int from)
    {
        int at = bytes[from..].IndexOf("\r\n\r\n"u8);
        return at < 0 ? -1 : from + at + 4;
    }

    /// <summary>A client that ends its lines with a bare LF would wait for ever for the end of its request.</summary>
    private static bool HasBareLineBreak(ReadOnlySpan<byte> bytes, int from)
    {
        for (int i = from; i < bytes.Length; i++)
        {
            if (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r'))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads the lines of a head, each with its CRLF.</summary>
    private static Request ParseHead(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> line = NextLine(ref head);
        RequestOutcome outcome = ParseRequestLine(line, out RequestMethod method, out bool isOneOne);
        if (outcome != RequestOutcome.Complete)
        {
            return new Request(outcome);
        }

        RequestHeaders headers = default;
        while (head.Length > 0)
        {
            if (!headers.TryAdd(NextLine(ref head)))
            {
                return new Request(RequestOutcome.Malformed);
            }
        }

        outcome = headers.Check(isOneOne);
        bool keepAlive = !headers.SaysClose && (isOneOne || headers.SaysKeepAlive);
        return outcome == RequestOutcome.Complete
            ? new Request(outcome, 0, headers.ContentLength ?? 0, method, keepAlive, isOneOne && headers.ExpectsContinue)
            : new Request(outcome);
    }

    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> head)
    {
        int end = head.IndexOf("\r\n"u8);
        ReadOnlySpan<byte> line = head[..end];
        head = head[(end + 2)..];
        return line;
    }

    /// <summary>METHOD SP TARGET SP HTTP/1.x, exactly.</summary>
    private static RequestOutcome ParseRequestLine(ReadOnlySpan<byte> line, out RequestMethod method, out bool isOneOne)
    {
        method = RequestMethod.Other;
        isOneOne = false;
        int first = line.IndexOf((byte)' ');
        int last = line.LastIndexOf((byte)' ');
        if (first < 0 || first == last || !IsToken(line[..first]) || !IsTarget(line[(first + 1)..last]))
        {
            return RequestOutcome.Malformed;
        }

        ReadOnlySpan<byte> version = line[(last + 1)..];
        if (version.Length != 8 || !version.StartsWith("HTTP/"u8) || !char.IsAsciiDigit((char)version[5]) ||
            version[6] != '.' || !char.IsAsciiDigit((char)version[7]))
        {
            return RequestOutcome.Malformed;
        }

        ReadOnlySpan<byte> word = line[..first];
        method = word.SequenceEqual("GET"u8) ? RequestMethod.Get
            : word.SequenceEqual("HEAD"u8) ? RequestMethod.Head
            : RequestMethod.Other;
        isOneOne = version[7] != '0';
        return version[5] == '1' ? RequestOutcome.Complete : RequestOutcome.VersionNotSupported;
    }

    internal static bool IsToken(ReadOnlySpan<byte> bytes) => bytes.Length > 0 && !bytes.ContainsAnyExcept(s_tokenBytes);

    private static bool IsTarget(ReadOnlySpan<byte> bytes) => bytes.Length > 0 && !bytes.ContainsAnyExceptInRange((byte)'!', (byte)'~');
}
