using System.Threading;

namespace Kioto;

/// <summary>A descriptor that is registered with the driver, and who waits for it.</summary>
internal sealed class IoSource
{
    internal IoState State;

    // INVARIANT: written only by the operation that holds the claim: whom to wake while it waits, and null before it
    // begins a call and when it ends. Read by whoever wakes it, who may come late: waking for nothing is allowed.
    private WakeTarget? _reader;
    private WakeTarget? _writer;

    /// <summary>A source for a descriptor of which nothing is known yet: it counts as ready.</summary>
    /// <param name="driver">The driver that is to watch it.</param>
    /// <param name="fd">The descriptor.</param>
    /// <param name="traits">What is peculiar to it.</param>
    internal IoSource(EpollDriver driver, int fd, IoTraits traits = IoTraits.None)
    {
        Driver = driver;
        Fd = fd;
        IsShared = (traits & IoTraits.Shared) != 0;
        State = new IoState(
            IoState.Readable | IoState.Writable | ((traits & IoTraits.StopsShort) != 0 ? IoState.StopsShort : 0));
    }

    internal EpollDriver Driver { get; }

    /// <summary>The descriptor; to be used only during a call that the state has begun.</summary>
    internal int Fd { get; }

    /// <summary>Whether somebody else may have the same socket open: then closing the descriptor does not take it out of epoll.</summary>
    internal bool IsShared { get; }

    /// <summary>The place in the driver's table. Written once, by the driver.</summary>
    internal int Slot { get; set; }

    /// <summary>Which user of that place this is: events for an earlier one are ignored.</summary>
    internal uint Generation { get; set; }

    /// <summary>Remembers whom to wake when the direction may go on. The caller then looks at the state once more.</summary>
    /// <param name="isRead">The direction.</param>
    /// <param name="target">Whom to wake.</param>
    internal void SetWaiter(bool isRead, WakeTarget? target)
    {
        // ORDERING: full fence before the caller re-reads the state; pairs with AddReadiness and TransitionToClosing.
        Interlocked.Exchange(ref isRead ? ref _reader : ref _writer, target);
    }

    /// <summary>The operation doesn't wait any more. It still holds the claim: afterwards the waiter is another's.</summary>
    /// <param name="isRead">The direction.</param>
    internal void ClearWaiter(bool isRead)
    {
        ref WakeTarget? waiter = ref isRead ? ref _reader : ref _writer;
        if (Volatile.Read(ref waiter) is not null) // ORDERING: none, it is ours.
        {
            Volatile.Write(ref waiter, null); // ORDERING: before the transition that gives the claim back.
        }
    }

    /// <summary>An event of the driver.</summary>
    /// <param name="readiness">What the descriptor has become ready for.</param>
    internal void OnEvent(uint readiness)
    {
        State.AddReadiness(readiness);
        if ((readiness & (IoState.Readable | IoState.ReadClosed)) != 0)
        {
            WakeReader();
        }

        if ((readiness & (IoState.Writable | IoState.WriteClosed)) != 0)
        {
            WakeWriter();
        }
    }

    /// <summary>The driver has ended.</summary>
    internal void OnDriverGone()
    {
        State.SetDriverGone();
        WakeReader();
        WakeWriter();
    }

    /// <summary>Closes the descriptor as soon as no system call uses it; outstanding operations fail. Idempotent.</summary>
    internal void Close()
    {
        (bool first, bool closeNow) = State.TransitionToClosing();
        if (first)
        {
            WakeReader();
            WakeWriter();
        }

        if (closeNow)
        {
            CloseDescriptor();
        }
    }

    /// <summary>Ends a system call, but not the operation.</summary>
    /// <param name="busy">ReadBusy or WriteBusy.</param>
    /// <param name="exhausted">The readiness that the call found used up, or 0.</param>
    /// <param name="before">What the beginning of the call gave.</param>
    internal void EndCall(uint busy, uint exhausted, uint before)
    {
        if (State.EndCall(busy, exhausted, before))
        {
            CloseDescriptor();
        }
    }

    /// <summary>Ends a system call, and the operation with it: the next one may begin.</summary>
    /// <param name="claim">ReadClaim or WriteClaim.</param>
    /// <param name="busy">ReadBusy or WriteBusy.</param>
    /// <param name="exhausted">The readiness that the call found used up, or 0.</param>
    /// <param name="before">What the beginning of the call gave.</param>
    internal void EndOperation(uint claim, uint busy, uint exhausted, uint before)
    {
        if (State.EndOperation(claim, busy, exhausted, before))
        {
            CloseDescriptor();
        }
    }

    internal bool TryPin() => State.TryPin();

    internal void Unpin()
    {
        if (State.Unpin())
        {
            CloseDescriptor();
        }
    }

    private void WakeReader() => Volatile.Read(ref _reader)?.Wake(); // ORDERING: after the state's fence.

    private void WakeWriter() => Volatile.Read(ref _writer)?.Wake(); // ORDERING: after the state's fence.

    // The place is given up first: the kernel may hand out the number again the moment it is closed.
    private void CloseDescriptor()
    {
        Driver.Deregister(this);
        _ = Libc.Close(Fd);
    }
}
