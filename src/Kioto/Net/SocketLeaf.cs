using System;

namespace Kioto.Net;

/// <summary>The base of the operations that wait for a socket to become readable or writable.</summary>
/// <remarks>
/// The first poll claims the direction; the claim ends with the operation. Each attempt is one system call between
/// TryBeginCall and EndCall; one that would block clears the readiness and waits for the next edge.
/// </remarks>
/// <typeparam name="T">The type of the result.</typeparam>
internal abstract class SocketLeaf<T> : LeafSource<T>
{
    private const uint ReadReady = IoState.Readable | IoState.ReadClosed;
    private const uint WriteReady = IoState.Writable | IoState.WriteClosed;

    private readonly bool _isRead;
    private bool _claimed;

    private protected SocketLeaf(bool isRead) => _isRead = isRead;

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
        if (!_claimed && !TryClaim())
        {
            return true;
        }

        if (IsEmpty)
        {
            return End(default(T)!);
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
                if (Call())
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

    private bool TryClaim()
    {
        uint claim = _isRead ? IoState.ReadClaim : IoState.WriteClaim;
        uint before = Io.State.TryClaim(claim);
        if ((before & (claim | IoState.Closing | IoState.DriverGone)) == 0)
        {
            _claimed = true;
            return true;
        }

        string type = Owner!.GetType().Name;
        Fail((before & IoState.Closing) != 0 ? Errors.Disposed(type)
            : (before & IoState.DriverGone) != 0 ? Errors.RuntimeGone()
            : Errors.Concurrent(type, OperationName));
        return false;
    }

    // Returns whether the operation has ended.
    private bool Call()
    {
        uint busy = _isRead ? IoState.ReadBusy : IoState.WriteBusy;
        if (!Io.State.TryBeginCall(busy, out uint before))
        {
            return false; // Closing: the loop sees it.
        }

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
            || (outcome == CallOutcome.DoneAndExhausted && (before & IoState.Urgent) == 0);
        Io.EndCall(busy, exhausted ? (_isRead ? IoState.Readable : IoState.Writable) : 0, before);
        if (outcome is CallOutcome.WouldBlock or CallOutcome.Again)
        {
            return false;
        }

        EndClaim();
        return true;
    }

    private void EndClaim()
    {
        if (_claimed)
        {
            _claimed = false;
            Io.SetWaiter(_isRead, null);
            Io.State.Unclaim(_isRead ? IoState.ReadClaim : IoState.WriteClaim);
        }
    }
}
