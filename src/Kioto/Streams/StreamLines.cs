using System;
using System.IO;
using System.IO.Pipelines;
using Kioto.Net;

namespace Kioto.Streams;

/// <summary>Lines of text from whatever bytes can be read of.</summary>
/// <remarks>
/// UTF-8; a line ends with LF or CR LF, which are not part of it, or with the data. A line that is too long, or not
/// UTF-8, makes its step throw <see cref="InvalidDataException"/>; the next step goes on with the line after it. Reads
/// ahead into a buffer of its own, and does not dispose of what it reads. A step is cancel safe if reading is.
/// As Tokio's <c>LinesStream</c>, and tokio-util's <c>LinesCodec</c> as to the length.
/// </remarks>
public static class StreamLines
{
    private const int MostMaxLength = 1 << 28;

    /// <summary>The lines of a connection.</summary>
    /// <param name="stream">The connection. Nobody else may read from it.</param>
    /// <param name="maxLength">How many bytes a line has at most, without its end; 256 MiB at most.</param>
    /// <returns>The lines. To be enumerated once.</returns>
    public static FutureStream<string> ReadLinesAsync(this SocketStream stream, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxLength, MostMaxLength);
        return new LineStream(stream.ReadAsync, maxLength);
    }

    /// <summary>The lines of any .NET stream.</summary>
    /// <param name="stream">The stream. Nobody else may read from it.</param>
    /// <param name="maxLength">How many bytes a line has at most, without its end; 256 MiB at most.</param>
    /// <returns>The lines. To be enumerated once. Cancelling a step cancels the read in progress by its token, and waits for its end.</returns>
    public static FutureStream<string> ReadLinesAsync(this Stream stream, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxLength, MostMaxLength);
        return new LineStream(Read, maxLength);

        async Future<int> Read(Memory<byte> buffer) => await stream.ReadAsync(buffer, Kio.CancellationToken);
    }

    /// <summary>The lines of a pipe.</summary>
    /// <param name="reader">The pipe's reading end. Nobody else may read from it.</param>
    /// <param name="maxLength">How many bytes a line has at most, without its end; 256 MiB at most.</param>
    /// <returns>The lines. To be enumerated once. Cancelling a step cancels the read in progress by its token, and waits for its end.</returns>
    public static FutureStream<string> ReadLinesAsync(this PipeReader reader, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return reader.AsStream(leaveOpen: true).ReadLinesAsync(maxLength);
    }
}
