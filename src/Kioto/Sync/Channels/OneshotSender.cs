using System;
using System.Diagnostics.CodeAnalysis;

namespace Kioto.Sync;

/// <summary>The end of a oneshot channel that sends. Dispose it, or send: else the receiver waits for ever.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "Ends are not compared.")]
public readonly struct OneshotSender<T> : IDisposable
{
    private readonly OneshotCore<T>? _core;
    private readonly uint _version;

    internal OneshotSender(OneshotCore<T> core)
    {
        _core = core;
        _version = core.Version;
    }

    /// <summary>Whether the receiver takes no value any more: because it was closed, or has had one.</summary>
    public bool IsClosed => Core.IsClosed(_version);

    /// <summary>Sends the value. Never waits; that it was sent does not mean that it will be received.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Sent, or Closed with the value.</returns>
    /// <exception cref="ObjectDisposedException">A value was sent already.</exception>
    public SendResult<T> Send(T value) => Core.Send(_version, value);

    /// <summary>Waits until the receiver takes no value any more: then making one is pointless. Cancel safe.</summary>
    /// <returns>A future without a result.</returns>
    /// <exception cref="InvalidOperationException">Another task waits for it at once: the one that came first is told.</exception>
    [CancelSafe]
    public Future ClosedAsync() => Wait.For(new ClosedOperation(Core, _version));

    /// <summary>If nothing was sent, the receiver learns that nothing will come.</summary>
    public void Dispose() => _core?.DropSender(_version);

    private OneshotCore<T> Core => _core ?? throw new InvalidOperationException("Make the channel by Oneshot.Create.");

    private readonly struct ClosedOperation(OneshotCore<T> core, uint version) : IWaitOperation<Unit>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out Unit result)
        {
            result = default;
            bool again = waiter.Wanted != 0; // As the receiver's.
            waiter.Wanted = 0;
            if (core.PollClosed(version, target, again))
            {
                return true;
            }

            waiter.Wanted = 1;
            SyncMeter.WaitsAlone(waiter, "channel.closed");
            return false;
        }

        public void Withdraw(Waiter waiter)
        {
            if (waiter.Wanted != 0)
            {
                waiter.Wanted = 0;
                core.StopAwaitingClose(version);
            }
        }

        public void Describe(LeafDescription into) => into.Set(typeof(OneshotSender<T>), "ClosedAsync", core);
    }
}
