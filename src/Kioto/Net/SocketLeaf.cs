using System;

namespace Kioto.Net;

/// <summary>The base of the operations that wait for a socket to become readable or writable.</summary>
/// <remarks>
/// The first poll claims the direction; the claim ends with the operation. Each attempt is one system call, which the
/// state word knows of; one that would block clears the readiness and waits for the next edge. An operation that needs
/// not wait costs two atomic transitions: one begins it and its call, the other ends both.
/// </remarks>
/// <typeparam name="T">The type of the result.</typeparam>
internal abstract class SocketLeaf<T> : LeafSource<T>
{
    private const uint ReadReady = IoState.Readable | IoState.ReadClosed;
    private const uint WriteReady = IoState.Writable | IoState.WriteClosed;

    private readonly bool _isRead;
    private bool _claimed;

    private protected SocketLeaf(bool isRead) => _isRead = isRead;

    private protected bool IsRead => _isRead;

    /// <summary>The socket. Set by whoever rents the leaf.</summary>
    private protected IoSource Io { get; set; } = null!;

    /// <summary>The user's object: for messages, and so that it isn't finalized while the operation lasts.</summary>
    private protected object? Owner { get; set; }

    /// <summary>Whether there is nothing to move: such an operation doesn't wait. Set by whoever rents the leaf.</summary>
    private protected bool IsEmpty { get; set; }

    private protected abstract string OperationName { get; }

    /// <summary>Makes one system call.</summary>
    /// <param name="fd">The descriptor, open during the call.</param>
    /// <returns>What came of it.</returns>
    private protected abstract CallOutcome Attempt(int fd);

    /// <summary>What a dump says of the socket besides its descriptor: an address. Any thread; the system may be asked for it.</summary>
    private protected virtual string? Address => null;

    internal sealed override void Describe(LeafDescription into)
    {
        string operation = OperationName;
        object owner = Owner!;
        int fd = Io.Fd;
        into.Set(
            $"{owner.GetType().Name}.{char.ToUpperInvariant(operation[0])}{operation.AsSpan(1)}Async",
            owner,
            Address is { } address ? $"fd {fd}, {address}" : $"fd {fd}");
    }

    private protected sealed override bool Poll(ref PollContext context)
    {
        if (!_claimed && Begin())
        {
            return true;
        }

        while (true)
        {
            uint state = Io.State.Value;
            if ((state & IoState.Closing) != 0)
            {
                return End(Errors.Disposed(Owner!.GetType().Name));
            }

            if ((state & IoState.DriverGone) != 0)
            {
                return End(Errors.RuntimeGone());
            }

            if ((state & (_isRead ? ReadReady : WriteReady)) != 0)
            {
                // A call has no waiter: it looks at the state when it is done.
                Io.ClearWaiter(_isRead);
                if (Io.State.TryBeginCall(_isRead ? IoState.ReadBusy : IoState.WriteBusy, out uint before) && Call(before))
                {
                    return true;
                }
            }
            else
            {
                // First say whom to wake, then look again: an edge in between is seen by one of the two.
                Io.SetWaiter(_isRead, context.Waker.Target);
                uint now = Io.State.Value;
                if ((now & ((_isRead ? ReadReady : WriteReady) | IoState.Closing | IoState.DriverGone)) == 0)
                {
                    return false;
                }
            }
        }
    }

    private protected sealed override bool Withdraw()
    {
        EndClaim();
        return true;
    }

    private protected bool End(T result)
    {
        EndClaim();
        return Complete(result);
    }

    private protected bool End(Exception failure)
    {
        EndClaim();
        return Fail(failure);
    }

    private protected void ClearSocket()
    {
        Io = null!;
        Owner = null;
        ClearOutcome();
    }

    // Returns whether the operation has ended.
    private bool Begin()
    {
        TransitionToClaimed begun = Io.State.TryBegin(
            _isRead ? IoState.ReadClaim : IoState.WriteClaim,
            _isRead ? IoState.ReadBusy : IoState.WriteBusy,
            IsEmpty ? 0 : _isRead ? ReadReady : WriteReady,
            out uint before);
        if (begun == TransitionToClaimed.Refused)
        {
            return Refuse(before);
        }

        _claimed = true;
        return begun == TransitionToClaimed.Calling ? Call(before) : IsEmpty && End(default(T)!);
    }

    private bool Refuse(uint state)
    {
        string type = Owner!.GetType().Name;
        return Fail((state & IoState.Closing) != 0 ? Errors.Disposed(type)
            : (state & IoState.DriverGone) != 0 ? Errors.RuntimeGone()
            : Errors.Concurrent(type, OperationName));
    }

    // The call has begun. Returns whether the operation has ended.
    private bool Call(uint before)
    {
        CallOutcome outcome;
        try
        {
            outcome = Attempt(Io.Fd);
        }
        catch (Exception exception)
        {
            // The user's buffer threw: the descriptor and the direction must be given back all the same.
            Fail(exception);
            outcome = CallOutcome.Done;
        }

        bool exhausted = outcome == CallOutcome.WouldBlock
            || (outcome == CallOutcome.DoneAndExhausted && (before & IoState.StopsShort) == 0);
        uint busy = _isRead ? IoState.ReadBusy : IoState.WriteBusy;
        uint usedUp = !exhausted ? 0 : _isRead ? IoState.Readable : IoState.Writable;
        if (outcome is CallOutcome.WouldBlock or CallOutcome.Again)
        {
            Io.EndCall(busy, usedUp, before);
            return false;
        }

        _claimed = false;
        Io.EndOperation(_isRead ? IoState.ReadClaim : IoState.WriteClaim, busy, usedUp, before);
        return true;
    }

    private void EndClaim()
    {
        if (_claimed)
        {
            _claimed = false;
            Io.ClearWaiter(_isRead);
            Io.State.Unclaim(_isRead ? IoState.ReadClaim : IoState.WriteClaim);
        }
    }
}
