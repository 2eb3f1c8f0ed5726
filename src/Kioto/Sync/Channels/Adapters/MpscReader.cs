using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Sync;

/// <summary>The receiver of an mpsc channel as a .NET channel reader.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <param name="receiver">The receiver.</param>
internal sealed class MpscReader<T>(MpscReceiver<T> receiver) : ReceiverReader<T>
{
    public override int Count => receiver.Count;

    public override bool CanPeek => true;

    private protected override Exception? Failure => receiver.Channel.Failure.Value;

    private protected override bool IsDrained => receiver.Channel.HasEnded || receiver.Channel.IsDrainedByNow();

    public override bool TryRead([MaybeNullWhen(false)] out T item)
    {
        if (receiver.Channel.HasEnded)
        {
            item = default;
            return false;
        }

        bool read = receiver.TryRecv(out item);
        CompleteIfDrained();
        return read;
    }

    public override bool TryPeek([MaybeNullWhen(false)] out T item)
    {
        item = default;
        return !receiver.Channel.HasEnded && receiver.Channel.TryPeek(out item);
    }

    // What is waited for is left behind when a wait is cancelled, and serves the next one.
    private protected override ValueTask<bool> ReadableAsync(CancellationToken cancellationToken) =>
        receiver.Channel.WaitReadable(out bool readable) is { } wait
            ? new ValueTask<bool>(wait.Task.WaitAsync(cancellationToken))
            : new ValueTask<bool>(readable);

    private protected override Future OverAsync() => Wait.For(new OverOperation(receiver.Channel, typeof(MpscReceiver<T>)));
}
