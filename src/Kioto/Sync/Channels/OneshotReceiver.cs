using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Kioto.Sync;

/// <summary>The end of a oneshot channel that receives.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "Ends are not compared.")]
public readonly struct OneshotReceiver<T> : IDisposable
{
    private readonly OneshotCore<T>? _core;
    private readonly uint _version;

    internal OneshotReceiver(OneshotCore<T> core)
    {
        _core = core;
        _version = core.Version;
    }

    /// <summary>Whether there is no value at this moment.</summary>
    /// <exception cref="ObjectDisposedException">The channel is used up.</exception>
    public bool IsEmpty => Core.IsEmpty(_version);

    /// <summary>
    /// Whether it has had its outcome: the value, or that none will come. Not when one of them is merely there to be received.
    /// </summary>
    /// <remarks>As Tokio's <c>is_terminated</c>. Of a receiver that was disposed it is true.</remarks>
    public bool IsTerminated => Core.IsTerminated(_version);

    /// <summary>Waits for the value. Cancel safe: call it again, the value is not lost.</summary>
    /// <returns>The value; or Closed when the sender was disposed without sending, or this end was closed before.</returns>
    /// <exception cref="ObjectDisposedException">The value was received already, or this end is disposed while this waits.</exception>
    /// <exception cref="InvalidOperationException">Another task receives at once: the one that came first is told, if it waits.</exception>
    [CancelSafe]
    public Future<RecvResult<T>> RecvAsync() =>
        Wait.For<RecvOperation, RecvResult<T>>(new RecvOperation(Core, _version));

    /// <summary>Used by <c>await</c>; as <see cref="RecvAsync"/>.</summary>
    /// <returns>The awaiter.</returns>
    /// <exception cref="ObjectDisposedException">The value was received already.</exception>
    [CancelSafe]
    public FutureAwaiter<RecvResult<T>> GetAwaiter() => RecvAsync().GetAwaiter();

    /// <summary>Blocks the thread until there is the value. For threads that poll no futures.</summary>
    /// <returns>As <see cref="RecvAsync"/>.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    public RecvResult<T> Recv() => BlockingWait.For(RecvAsync(), "OneshotReceiver.Recv", "RecvAsync");

    /// <summary>Takes the value if it is there; after <see cref="Close"/> too, if it was sent before.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Whether it was there.</returns>
    /// <exception cref="ObjectDisposedException">The value was received already.</exception>
    public bool TryRecv([MaybeNullWhen(false)] out T value) => Core.TryReceive(_version, out value) == SendStatus.Sent;

    /// <summary>Takes no value that is sent from now on; the sender learns it.</summary>
    /// <exception cref="ObjectDisposedException">The channel is used up.</exception>
    public void Close() => Core.Close(_version);

    /// <summary>Ends receiving; the sender learns it, and who waits here gets an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _core?.DropReceiver(_version);

    private OneshotCore<T> Core => _core ?? throw new InvalidOperationException("Make the channel by Oneshot.Create.");

    private readonly struct RecvOperation(OneshotCore<T> core, uint version) : IWaitOperation<RecvResult<T>>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)] // every receive that waits
        public bool Poll(Waiter waiter, WakeTarget target, out RecvResult<T> result)
        {
            // Its leaf's, and of no other use here: says whether this operation waits already.
            bool again = waiter.Wanted != 0;
            waiter.Wanted = 0;
            if (core.PollReceive(version, target, again, out result))
            {
                return true;
            }

            waiter.Wanted = 1;
            SyncMeter.WaitsAlone(waiter, "oneshot.receive");
            return false;
        }

        public void Withdraw(Waiter waiter)
        {
            if (waiter.Wanted != 0)
            {
                waiter.Wanted = 0;
                core.StopReceiving(version);
            }
        }

        public void Describe(LeafDescription into) => into.Set(typeof(OneshotReceiver<T>), "RecvAsync", core);
    }
}
