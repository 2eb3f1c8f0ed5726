using System;
using System.Threading.Channels;

namespace Kioto.Sync;

/// <summary>Lets channels of Kioto stand where those of System.Threading.Channels are asked for, and the other way round.</summary>
public static class ChannelAdapters
{
    /// <summary>A sender as a .NET channel writer.</summary>
    /// <remarks>
    /// Completing the writer disposes the sender. An error given to it reaches who reads the other end through
    /// <see cref="AsChannelReader{T}(MpscReceiver{T})"/>; receivers of Kioto know of none, they learn the end.
    /// </remarks>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="sender">The sender.</param>
    /// <returns>The writer. Writing to a closed channel throws <see cref="ChannelClosedException"/>, as .NET's writers do.</returns>
    public static ChannelWriter<T> AsChannelWriter<T>(this MpscSender<T> sender)
    {
        ArgumentNullException.ThrowIfNull(sender);
        return new SenderWriter<T>(sender);
    }

    /// <inheritdoc cref="AsChannelWriter{T}(MpscSender{T})"/>
    public static ChannelWriter<T> AsChannelWriter<T>(this UnboundedMpscSender<T> sender)
    {
        ArgumentNullException.ThrowIfNull(sender);
        return new SenderWriter<T>(sender);
    }

    /// <inheritdoc cref="AsChannelWriter{T}(MpscSender{T})"/>
    public static ChannelWriter<T> AsChannelWriter<T>(this MpmcSender<T> sender)
    {
        ArgumentNullException.ThrowIfNull(sender);
        return new SenderWriter<T>(sender);
    }

    /// <summary>A sender as a .NET channel writer. While there is no receiver, the writer is as one that was completed.</summary>
    /// <remarks>Completing the writer disposes the sender; an error given to it is dropped.</remarks>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="sender">The sender.</param>
    /// <returns>The writer. Writing to a closed channel throws <see cref="ChannelClosedException"/>, as .NET's writers do.</returns>
    public static ChannelWriter<T> AsChannelWriter<T>(this LosslessSender<T> sender)
    {
        ArgumentNullException.ThrowIfNull(sender);
        return new SenderWriter<T>(sender);
    }

    /// <summary>A receiver as a .NET channel reader; one reader at a time.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="receiver">The receiver.</param>
    /// <returns>The reader. It completes when the channel is closed and drained, with the error that a writer was given.</returns>
    public static ChannelReader<T> AsChannelReader<T>(this MpscReceiver<T> receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        return new MpscReader<T>(receiver);
    }

    /// <summary>A receiver as a .NET channel reader; any number of readers at a time.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="receiver">The receiver.</param>
    /// <returns>The reader. It completes when the channel is closed and drained, with the error that a writer was given.</returns>
    public static ChannelReader<T> AsChannelReader<T>(this MpmcReceiver<T> receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        return new MpmcReader<T>(receiver);
    }

    /// <summary>Receives from a .NET channel. Cancel safe: a value is taken only when it is handed over.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="reader">The reader.</param>
    /// <returns>The value; or Closed, when the channel is complete. The error that it was completed with is thrown.</returns>
    [CancelSafe]
    public static async Future<RecvResult<T>> RecvAsync<T>(this ChannelReader<T> reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        while (true)
        {
            if (reader.TryRead(out T? value))
            {
                return new RecvResult<T>(value);
            }

            if (!await ChannelWaits.ToRead(reader))
            {
                return default;
            }
        }
    }

    /// <summary>Sends into a .NET channel.</summary>
    /// <remarks>Cancel safety: cancelling loses the value; the caller has it.</remarks>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="writer">The writer.</param>
    /// <param name="value">The value.</param>
    /// <returns>Sent, or Closed with the value.</returns>
    [NotCancelSafe]
    public static async Future<SendResult<T>> SendAsync<T>(this ChannelWriter<T> writer, T value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        while (true)
        {
            if (writer.TryWrite(value))
            {
                return new SendResult<T>(SendStatus.Sent, default!);
            }

            if (!await ChannelWaits.ToWrite(writer))
            {
                return new SendResult<T>(SendStatus.Closed, value);
            }
        }
    }
}
