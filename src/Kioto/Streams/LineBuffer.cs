using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Text;

namespace Kioto.Streams;

/// <summary>Bytes that were read, cut into lines.</summary>
internal sealed class LineBuffer(int maxLength)
{
    private const int LeastRead = 1024;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private byte[] _bytes = new byte[4 * LeastRead];

    // From _begin to _end there are bytes; up to _searched there is no line feed among them.
    private int _begin;
    private int _searched;
    private int _end;

    // The beginning of the current line was thrown away as too long: so is its rest.
    private bool _skipping;

    /// <summary>Where to read to: at least a kilobyte.</summary>
    /// <returns>The free part of the buffer; valid until the next call of another method.</returns>
    internal Memory<byte> Free()
    {
        if (_begin > 0)
        {
            _bytes.AsSpan(_begin, _end - _begin).CopyTo(_bytes);
            _searched -= _begin;
            _end -= _begin;
            _begin = 0;
        }

        if (_bytes.Length - _end < LeastRead)
        {
            Array.Resize(ref _bytes, _bytes.Length * 2);
        }

        return _bytes.AsMemory(_end);
    }

    /// <summary>So much was read to there.</summary>
    /// <param name="count">How many bytes.</param>
    internal void Advance(int count) => _end += count;

    internal void Clear() => _begin = _searched = _end = 0;

    /// <summary>Takes a line.</summary>
    /// <param name="ended">Whether nothing will follow: then what is left is a line.</param>
    /// <param name="line">The line.</param>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="InvalidDataException">It is too long, or not UTF-8. It is skipped.</exception>
    internal bool TryTake(bool ended, [NotNullWhen(true)] out string? line)
    {
        line = null;
        while (true)
        {
            int feed = _bytes.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
            if (feed < 0 && !(ended && _end > _begin))
            {
                _searched = _end;
                return KeepPart();
            }

            int stop = feed < 0 ? _end : _searched + feed;
            ReadOnlySpan<byte> bytes = _bytes.AsSpan(_begin, stop - _begin);
            _begin = _searched = feed < 0 ? _end : stop + 1;
            if (_skipping)
            {
                _skipping = false;
                continue;
            }

            line = Decode(bytes is [.. var text, (byte)'\r'] ? text : bytes);
            return true;
        }
    }

    // Of a line that is not complete. Returns false.
    private bool KeepPart()
    {
        if (_skipping)
        {
            Clear();
        }
        else if (_end - _begin > maxLength + 1L)
        {
            // One more may be the CR of the line's end.
            _skipping = true;
            Clear();
            throw TooLong();
        }

        return false;
    }

    private string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > maxLength)
        {
            throw TooLong();
        }

        try
        {
            return s_strict.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new InvalidDataException("A line is not valid UTF-8.", exception);
        }
    }

    private InvalidDataException TooLong() => new($"A line is longer than the limit of {maxLength} bytes.");
}
