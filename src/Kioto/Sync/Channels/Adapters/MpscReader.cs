using System;
using System.Diagnostics.CodeAnalysis;

namespace Kioto.Sync;

/// <summary>The receiver of an mpsc channel as a .NET channel reader.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <param name="receiver">The receiver.</param>
internal sealed class MpscReader<T>(MpscReceiver<T> receiver) : ReceiverReader<T>
{
    public override int Count => receiver.Count;

    public override bool CanPeek => true;

    private protected override Exception? Failure => receiver.Channel.Failure.Value;

    private protected override bool IsDrained => receiver.Channel.IsDrainedByNow();

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

    private protected override Future<bool> ReadableAsync() =>
        receiver.Channel.HasEnded ? Future.FromResult(false) : Wait.For<ReadableOperation, bool>(new ReadableOperation(receiver.Channel));

    private protected override Future ClosedAsync() => Wait.For(new MpscClosedOperation<T>(receiver.Channel));

    private readonly struct ReadableOperation(MpscChannel<T> channel) : IWaitOperation<bool>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out bool result) => channel.PollReadable(waiter, target, out result);

        public void Withdraw(Waiter waiter) => channel.WithdrawReceive(waiter);

        public void Describe(LeafDescription into) => into.Set(typeof(MpscReceiver<T>), "WaitToReadAsync", channel);
    }
}
