using System;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace Kioto.Sync;

/// <summary>A sender as a .NET channel writer.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <param name="sender">The sender.</param>
internal sealed class SenderWriter<T>(IChannelSender<T> sender) : ChannelWriter<T>
{
    public override bool TryWrite(T item) => sender.TrySend(item);

    public override bool TryComplete(Exception? error = null) => sender.End(error);

    // The room is not kept: as with .NET's writers, who waited may find it taken and waits again.
    public override async ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (sender.IsOpen && await sender.RoomAsync().WithCancellation(cancellationToken) && sender.IsOpen)
        {
            return true;
        }

        AdapterErrors.ThrowIfFailed(sender.Failure);
        return false;
    }

    public override async ValueTask WriteAsync(T item, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (sender.TrySend(item))
        {
            return;
        }

        if (!sender.IsOpen || !(await sender.SendAsync(item).WithCancellation(cancellationToken)).IsSent)
        {
            AdapterErrors.ThrowClosed(sender.Failure);
        }
    }
}
