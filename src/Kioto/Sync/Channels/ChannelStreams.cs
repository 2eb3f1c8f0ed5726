using System;
using System.Threading.Channels;

namespace Kioto.Sync;

/// <summary>Channels as streams, for the operators of <c>Kioto.Streams</c>. As tokio-stream's wrappers.</summary>
/// <remarks>
/// A step is as cancel safe as receiving is: a value that no step has given is still in the channel. Ending an
/// enumeration leaves the receiver as it is: enumerate again, or receive. A stream may be enumerated by one task at a
/// time, as its receiver may be used.
/// </remarks>
public static class ChannelStreams
{
    /// <summary>The values of an mpsc channel, until it is closed and drained. As Tokio's <c>ReceiverStream</c>.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="receiver">The receiver.</param>
    /// <returns>The stream.</returns>
    public static FutureStream<T> AsStream<T>(this MpscReceiver<T> receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        return new ReceiverStream<T>(receiver);
    }

    /// <summary>The values that this receiver of an mpmc channel gets, until the channel is closed and drained.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="receiver">The receiver.</param>
    /// <returns>The stream.</returns>
    public static FutureStream<T> AsStream<T>(this MpmcReceiver<T> receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        return new ReceiverStream<T>(receiver);
    }

    /// <summary>The values of a broadcast channel, and how many were missed where some were. As Tokio's <c>BroadcastStream</c>.</summary>
    /// <remarks>
    /// A lag is an item: look at <see cref="BroadcastRecvResult{T}.IsLagged"/>. Where that is to end the enumeration, use
    /// the receiver itself, whose enumeration throws <see cref="LaggedException"/>.
    /// </remarks>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="receiver">The receiver.</param>
    /// <returns>The stream. No item of it is "closed": it ends then.</returns>
    public static FutureStream<BroadcastRecvResult<T>> AsStream<T>(this BroadcastReceiver<T> receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        return new ReceiverStream<BroadcastRecvResult<T>>(new BroadcastReceives<T>(receiver));
    }

    /// <summary>The value of a watch channel, then each one that it changes to, until all senders have been disposed.</summary>
    /// <remarks>
    /// As Tokio's <c>WatchStream</c>: values that are replaced before a step comes to them are skipped. The enumeration
    /// of the receiver itself is that of the changes.
    /// </remarks>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="receiver">The receiver.</param>
    /// <param name="fromChanges">Whether to leave the current value out, if it was seen already. As <c>WatchStream::from_changes</c>.</param>
    /// <returns>The stream. Each of its enumerations begins anew.</returns>
    public static FutureStream<T> AsStream<T>(this WatchReceiver<T> receiver, bool fromChanges = false)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        return fromChanges ? new ReceiverStream<T>(receiver) : new WatchStream<T>(receiver);
    }

    /// <summary>The values of a .NET channel, until it is complete; the error that it was completed with is thrown.</summary>
    /// <remarks>In an operator, unlike its ReadAllAsync, it loses no value when the operator is left or cancelled.</remarks>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="reader">The reader.</param>
    /// <returns>The stream.</returns>
    public static FutureStream<T> AsStream<T>(this ChannelReader<T> reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return new ReceiverStream<T>(new ReaderReceives<T>(reader));
    }
}
