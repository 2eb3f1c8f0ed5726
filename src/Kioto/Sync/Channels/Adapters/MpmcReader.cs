using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Sync;

/// <summary>A receiver of an mpmc channel as a .NET channel reader.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <param name="receiver">The receiver.</param>
internal sealed class MpmcReader<T>(MpmcReceiver<T> receiver) : ReceiverReader<T>
{
    public override int Count => receiver.Count;

    private protected override Exception? Failure => receiver.ChannelOrDisposed.Failure.Value;

    private protected override bool IsDrained => receiver.ChannelOrDisposed.IsOver;

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

    private protected override async ValueTask<bool> ReadableAsync(CancellationToken cancellationToken)
    {
        MpmcChannel<T> channel = receiver.ChannelOrDisposed;
        return !receiver.IsDisposed
            && await RoomOperation.Wait(channel.Values, channel, typeof(MpmcReceiver<T>), "WaitToReadAsync").WithCancellation(cancellationToken);
    }

    private protected override Future OverAsync() => Wait.For(new OverOperation(receiver.ChannelOrDisposed, typeof(MpmcReceiver<T>)));
}
