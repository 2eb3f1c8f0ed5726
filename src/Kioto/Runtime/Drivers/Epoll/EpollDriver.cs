using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Kioto;

/// <summary>Linux's epoll, edge-triggered: each descriptor is registered once, for both directions.</summary>
internal sealed unsafe class EpollDriver : Driver
{
    private const ulong WakeToken = ulong.MaxValue;
    private const uint SocketEvents =
        Libc.EpollIn | Libc.EpollUrgent | Libc.EpollOut | Libc.EpollReadHangUp | Libc.EpollEdgeTriggered;

    // struct epoll_event is packed on x64 only.
    private static readonly int s_eventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int s_dataOffset = s_eventSize - 8;

    // Handles with reference counts: Unpark and Register may race with Dispose. Whoever waits holds the driver.
    private readonly SafeFileHandle _epollHandle;
    private readonly SafeFileHandle _wakeHandle;
    private readonly int _epoll;
    private readonly IoTable _table = new();

    // On the pinned heap: used by whoever holds the driver.
    private readonly byte[] _events;
    private readonly int _maxEvents;
    private bool _precise = true;

    // INVARIANT: written by whoever holds the driver; read by any thread.
    private long _ready;

    internal EpollDriver(int maxEvents, RuntimeScheduler scheduler)
    {
        Scheduler = scheduler;
        _maxEvents = maxEvents;
        _events = GC.AllocateUninitializedArray<byte>(maxEvents * 16, pinned: true);
        _epoll = Libc.EpollCreate(Libc.EpollCloseOnExec);
        if (_epoll < 0)
        {
            throw Errors.Socket(Libc.Errno, "epoll_create1");
        }

        _epollHandle = new SafeFileHandle(_epoll, ownsHandle: true);
        int wake = Libc.EventFd(0, Libc.EventFdFlags);
        _wakeHandle = new SafeFileHandle(wake, ownsHandle: true);
        int errno = wake < 0 ? Libc.Errno : Add(wake, Libc.EpollIn | Libc.EpollEdgeTriggered, WakeToken);
        if (errno != 0)
        {
            _epollHandle.Dispose();
            _wakeHandle.Dispose();
            throw Errors.Socket(errno, "eventfd");
        }
    }

    internal override string Name => "epoll";

    internal override IoCounts Counts => _table.Counts(System.Threading.Volatile.Read(ref _ready)); // ORDERING: a figure.

    /// <summary>The runtime that it belongs to, or one worker's part of it.</summary>
    internal RuntimeScheduler Scheduler { get; }

    internal override void Wait(long timeoutNanos)
    {
        fixed (byte* events = _events)
        {
            int count = WaitForEvents(events, timeoutNanos);
            for (int i = 0; i < count; i++)
            {
                Dispatch(events + (i * s_eventSize));
            }
        }
    }

    internal override void Unpark()
    {
        bool held = TryHold(_wakeHandle);
        if (held)
        {
            // Edge-triggered: each write is an event, so that nobody need ever read the counter.
            ulong one = 1;
            _ = Libc.Write((int)_wakeHandle.DangerousGetHandle(), &one, sizeof(ulong));
            _wakeHandle.DangerousRelease();
        }
    }

    internal override void Close()
    {
        foreach (IoSource source in _table.Close())
        {
            source.OnDriverGone();
        }
    }

    public override void Dispose()
    {
        _epollHandle.Dispose();
        _wakeHandle.Dispose();
    }

    /// <summary>Takes over a non-blocking descriptor, also when it throws.</summary>
    /// <param name="fd">The descriptor.</param>
    /// <param name="operation">Who asks, for the message when the runtime has ended; null for a socket's own doing.</param>
    /// <param name="traits">What is peculiar to it.</param>
    /// <returns>The registered source.</returns>
    internal IoSource Register(int fd, string? operation = null, IoTraits traits = IoTraits.None)
    {
        IoSource source = new(this, fd, traits);
        if (!TryHold(_epollHandle))
        {
            _ = Libc.Close(fd);
            throw Ended(operation);
        }

        int errno = 0;
        bool added = _table.TryAdd(source);
        if (added)
        {
            ulong token = ((ulong)source.Generation << 32) | (uint)source.Slot;
            errno = Add(fd, SocketEvents, token);
        }

        _epollHandle.DangerousRelease();
        if (added && errno == 0)
        {
            return source;
        }

        if (added)
        {
            _table.Remove(source);
        }

        _ = Libc.Close(fd);
        throw added ? Errors.Socket(errno, "epoll_ctl") : Ended(operation);
    }

    /// <summary>The descriptor is about to be closed, which takes it out of epoll unless somebody else has the socket open.</summary>
    /// <param name="source">The source.</param>
    internal void Deregister(IoSource source)
    {
        _table.Remove(source);
        if (source.IsShared && TryHold(_epollHandle))
        {
            _ = Libc.EpollControl(_epoll, Libc.EpollDelete, source.Fd, null);
            _epollHandle.DangerousRelease();
        }
    }

    private static RuntimeShutdownException Ended(string? operation) =>
        operation is null ? Errors.RuntimeGone() : Errors.RuntimeEnded(operation);

    private static bool TryHold(SafeFileHandle handle)
    {
        bool held = false;
        try
        {
            handle.DangerousAddRef(ref held);
        }
        catch (ObjectDisposedException)
        {
            // The runtime has ended.
        }

        return held;
    }

    private static uint ReadinessOf(uint events)
    {
        uint readiness = 0;
        if ((events & Libc.EpollIn) != 0)
        {
            readiness |= IoState.Readable;
        }

        if ((events & Libc.EpollUrgent) != 0)
        {
            readiness |= IoState.Readable | IoState.StopsShort;
        }

        if ((events & Libc.EpollOut) != 0)
        {
            readiness |= IoState.Writable;
        }

        if ((events & (Libc.EpollReadHangUp | Libc.EpollHangUp | Libc.EpollError)) != 0)
        {
            readiness |= IoState.ReadClosed;
        }

        if ((events & (Libc.EpollHangUp | Libc.EpollError)) != 0)
        {
            readiness |= IoState.WriteClosed;
        }

        return readiness;
    }

    private void Dispatch(byte* epollEvent)
    {
        ulong token = BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(epollEvent + s_dataOffset, 8));
        if (token != WakeToken && _table.Find((int)token, (uint)(token >> 32)) is { } source)
        {
            _ready++;
            source.OnEvent(ReadinessOf(*(uint*)epollEvent));
        }
    }

    private int Add(int fd, uint events, ulong token)
    {
        byte* epollEvent = stackalloc byte[16];
        *(uint*)epollEvent = events;
        BinaryPrimitives.WriteUInt64LittleEndian(new Span<byte>(epollEvent + s_dataOffset, 8), token);
        return Libc.EpollControl(_epoll, Libc.EpollAdd, fd, epollEvent) < 0 ? Libc.Errno : 0;
    }

    private int WaitForEvents(byte* events, long timeoutNanos)
    {
        int most = int.Min(_maxEvents, MostEvents);
        if (timeoutNanos > 0 && _precise)
        {
            Timespec timeout = new(timeoutNanos);
            nint count = Libc.EpollWaitPrecise(
                Libc.EpollWaitPreciseNumber, _epoll, events, most, &timeout, 0, 0);
            if (count >= 0 || Libc.Errno == Libc.ErrorInterrupted)
            {
                return (int)count; // An interruption (-1) is a wait for nothing.
            }

            // Older kernels do not know the call, older sandboxes forbid it, with any error they like.
            _precise = false;
        }

        // Rounded up: never early.
        long millis = timeoutNanos < 0 ? -1 : long.Min(int.MaxValue, (timeoutNanos + 999_999) / 1_000_000);
        return Libc.EpollWait(_epoll, events, most, (int)millis);
    }
}
