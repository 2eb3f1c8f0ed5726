using System.Runtime.CompilerServices;

namespace Kioto.Sync;

// The channel itself stands for all its receives: see DirectSource.
internal sealed partial class MpscChannel<T> : DirectSource<RecvResult<T>>
{
    internal override bool TryNow(uint token, ref RecvResult<T> value, Ambient ambient) => TryReceiveNow(ref value);

    internal override Future<RecvResult<T>> Own(uint token, in RecvResult<T> value) =>
        Wait.For<RecvOperation, RecvResult<T>>(new RecvOperation(this));

    private readonly struct RecvOperation(MpscChannel<T> channel) : IWaitOperation<RecvResult<T>>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)] // every receive that waits
        public bool Poll(Waiter waiter, WakeTarget target, out RecvResult<T> result) =>
            channel.PollReceive(waiter, target, out result);

        public void Withdraw(Waiter waiter) => channel.WithdrawReceive(waiter);

        public void Describe(LeafDescription into) => into.Set(typeof(MpscReceiver<T>), "RecvAsync", channel);
    }
}
