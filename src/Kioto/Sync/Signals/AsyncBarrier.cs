using System;

namespace Kioto.Sync;

/// <summary>Lets a number of tasks wait for each other, again and again.</summary>
/// <remarks>As Tokio's <c>Barrier</c>, except that a wait which is cancelled before all have come takes its arrival back.</remarks>
public sealed class AsyncBarrier : IPrimitive
{
    private ShortLock _lock;
    private WaiterList _waiters;
    private int _arrived;

    // How often all have gone on. A waiter with another number than this is released, and may not have been told.
    private long _rounds;

    /// <summary>Makes a barrier.</summary>
    /// <param name="participants">How many must come before all go on.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public AsyncBarrier(int participants)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(participants, 1);
        Participants = participants;
    }

    /// <summary>How many must come before all go on.</summary>
    public int Participants { get; }

    /// <summary>Arrives, and waits for the others.</summary>
    /// <remarks>
    /// Cancel safety: not safe. Cancelling takes the arrival back while others are to come. When all have come the round
    /// is over: it stays so, this caller is not told, and its next wait is for the next round. In a loop with a select
    /// keep the wait by <c>Kio.Pin</c>.
    /// </remarks>
    /// <returns>True for exactly one of each round, the last to come: the leader.</returns>
    [NotCancelSafe]
    public Future<bool> WaitAsync() => Wait.For<WaitOperation, bool>(new WaitOperation(this));

    /// <summary>Blocks the thread until the others have come. For threads that poll no futures.</summary>
    /// <returns>True for exactly one of each round.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    public bool SignalAndWait() => BlockingWait.For(WaitAsync(), "AsyncBarrier.SignalAndWait", "WaitAsync");

    void IPrimitive.Describe(PrimitiveDescription into)
    {
        using (_lock.EnterScope())
        {
            into.Set(typeof(AsyncBarrier), $"{_arrived} of {Participants} arrived");
            _waiters.Describe(into, "wait");
        }
    }

    private bool Poll(Waiter waiter, WakeTarget target, out bool leader)
    {
        leader = false;
        int entered = 0;
        WakeBatch wakes = default;
        bool more = false;
        using (_lock.EnterScope())
        {
            switch (waiter.State)
            {
                case WaiterState.Granted:
                    return true;
                case WaiterState.Waiting when waiter.Wanted != _rounds:
                    _waiters.Remove(waiter);
                    waiter.State = WaiterState.Granted;
                    return true;
                case WaiterState.Waiting:
                    waiter.Target = target;
                    return false;
                default:
                    if (++_arrived < Participants)
                    {
                        waiter.Target = target;
                        waiter.Wanted = _rounds;
                        waiter.State = WaiterState.Waiting;
                        _waiters.AddLast(waiter);
                        entered = _waiters.Count;
                        break;
                    }

                    leader = true;
                    _arrived = 0;
                    _rounds++;
                    _waiters.BeginRelease();
                    more = _waiters.Release(WaiterState.Granted, ref wakes);
                    break;
            }
        }

        wakes.WakeAll();
        while (more)
        {
            using (_lock.EnterScope())
            {
                more = _waiters.Release(WaiterState.Granted, ref wakes);
            }

            wakes.WakeAll();
        }

        SyncMeter.Waits("barrier.wait", entered);
        return entered == 0;
    }

    private void Withdraw(Waiter waiter)
    {
        using (_lock.EnterScope())
        {
            if (waiter.State == WaiterState.Waiting)
            {
                _waiters.Remove(waiter);
                _arrived -= waiter.Wanted == _rounds ? 1 : 0;
            }

            waiter.State = WaiterState.Idle;
        }
    }

    private readonly struct WaitOperation(AsyncBarrier barrier) : IWaitOperation<bool>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out bool result) => barrier.Poll(waiter, target, out result);

        public void Withdraw(Waiter waiter) => barrier.Withdraw(waiter);

        public void Describe(LeafDescription into) => into.Set(typeof(AsyncBarrier), "WaitAsync", barrier);
    }
}
