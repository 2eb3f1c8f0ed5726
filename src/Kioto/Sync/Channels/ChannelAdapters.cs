using System;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace Kioto.Sync;

/// <summary>Lets channels of Kioto stand where those of System.Threading.Channels are asked for, and the other way round.</summary>
public static class ChannelAdapters
{
    /// <summary>A sender as a .NET channel writer. Completing the writer disposes the sender; an error given to it is dropped.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="sender">The sender.</param>
    /// <returns>The writer. Writing to a closed channel throws <see cref="ChannelClosedException"/>, as .NET's writers do.</returns>
    public static ChannelWriter<T> AsChannelWriter<T>(this MpscSender<T> sender)
    {
        ArgumentNullException.ThrowIfNull(sender);
        return new SenderWriter<T>(sender);
    }

    /// <summary>A receiver as a .NET channel reader; one reader at a time.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="receiver">The receiver.</param>
    /// <returns>The reader. Its Completion is completed by the read that finds the channel closed and drained.</returns>
    public static ChannelReader<T> AsChannelReader<T>(this MpscReceiver<T> receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        return new ReceiverReader<T>(receiver);
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

    private sealed class SenderWriter<T>(MpscSender<T> sender) : ChannelWriter<T>
    {
        public override bool TryWrite(T item) => !sender.IsDisposed && sender.TrySend(item).IsSent;

        public override bool TryComplete(Exception? error = null)
        {
            bool first = !sender.IsDisposed;
            sender.Dispose();
            return first;
        }

        public override async ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (sender.IsDisposed || sender.IsClosed)
            {
                return false;
            }

            try
            {
                // The room is given back: as with .NET's writers, who waits may find it taken and waits again.
                (await Cancellable.Run(sender.ReserveAsync(), cancellationToken)).Dispose();
                return true;
            }
            catch (ClosedException)
            {
                return false;
            }
        }

        public override async ValueTask WriteAsync(T item, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (sender.IsDisposed || !(await Cancellable.Run(sender.SendAsync(item), cancellationToken)).IsSent)
            {
                throw new ChannelClosedException();
            }
        }
    }

    private sealed class ReceiverReader<T>(MpscReceiver<T> receiver) : ChannelReader<T>
    {
        private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // INVARIANT: the reader's only. A value that was waited for and not read yet.
        private RecvResult<T> _peeked;

        public override Task Completion => _completion.Task;

        public override bool CanCount => true;

        public override int Count => receiver.Count + (_peeked.HasValue ? 1 : 0);

        public override bool TryRead(out T item)
        {
            if (_peeked.TryGetValue(out T? peeked))
            {
                _peeked = default;
                item = peeked;
                return true;
            }

            return receiver.TryRecv(out item!);
        }

        public override async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_peeked.HasValue)
            {
                _peeked = await Cancellable.Run(receiver.RecvAsync(), cancellationToken);
                if (_peeked.IsClosed)
                {
                    _completion.TrySetResult();
                }
            }

            return _peeked.HasValue;
        }
    }
}
