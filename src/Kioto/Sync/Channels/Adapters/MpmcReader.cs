using System;
using System.Diagnostics.CodeAnalysis;

namespace Kioto.Sync;

/// <summary>A receiver of an mpmc channel as a .NET channel reader.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <param name="receiver">The receiver.</param>
internal sealed class MpmcReader<T>(MpmcReceiver<T> receiver) : ReceiverReader<T>
{
    public override int Count => receiver.Count;

    private protected override Exception? Failure => receiver.ChannelOrDisposed.Failure.Value;

    private protected override bool IsDrained => receiver.ChannelOrDisposed.Values.IsClosed;

    public override bool TryRead([MaybeNullWhen(false)] out T item)
    {
        if (receiver.IsDisposed)
        {
            item = default;
            return false;
        }

        bool read = receiver.ChannelOrDisposed.TryTake(out item);
        CompleteIfDrained();
        return read;
    }

    private protected override Future<bool> ReadableAsync() =>
        receiver.IsDisposed ? Future.FromResult(false) : RoomOperation.Wait(receiver.ChannelOrDisposed.Values, receiver.ChannelOrDisposed, typeof(MpmcReceiver<T>), "WaitToReadAsync");

    private protected override Future ClosedAsync() => receiver.ChannelOrDisposed.ClosedAsync();
}
