using System;
using System.Collections.Generic;
using Kioto.Net;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>A registered descriptor: reads and writes in progress, events, Close, options.</summary>
internal static class IoModel
{
    /// <summary>A read waits for data that comes with an event: the edge is never lost.</summary>
    internal static void EdgeIsNotLost()
    {
        var socket = new ModelSocket();
        Model.Spawn(() => socket.Receive(1));
        new Reader(socket).ReadSome();
        Assert.Equal(0, socket.Data);
    }

    /// <summary>Two edges for two reads, one of which may be served by both.</summary>
    internal static void TwoEdges()
    {
        var socket = new ModelSocket();
        Model.Spawn(() =>
        {
            socket.Receive(1);
            socket.Receive(1);
        });
        var reader = new Reader(socket);
        while (reader.Total < 2)
        {
            reader.ReadSome();
        }
    }

    /// <summary>Close against a read in progress or waiting: it ends with an exception, or had its data before.</summary>
    internal static void CloseDuringRead()
    {
        var socket = new ModelSocket();
        ModelHandle closer = Model.Spawn(socket.Io.Close);
        Assert.IsType<ObjectDisposedException>(new Reader(socket).ReadToFailure());
        closer.Join();
        socket.CheckClosed();
    }

    /// <summary>Close against an event and a read.</summary>
    internal static void CloseDuringEvent()
    {
        var socket = new ModelSocket();
        ModelHandle closer = Model.Spawn(socket.Io.Close);
        ModelHandle peer = Model.Spawn(() => socket.Receive(1));
        Assert.IsType<ObjectDisposedException>(new Reader(socket).ReadToFailure());
        closer.Join();
        peer.Join();
        socket.CheckClosed();
    }

    /// <summary>Two threads close while an option is read.</summary>
    internal static void CloseTwiceDuringCall()
    {
        var socket = new ModelSocket();
        ModelHandle first = Model.Spawn(socket.Io.Close);
        ModelHandle caller = Model.Spawn(() =>
        {
            if (socket.Io.TryPin())
            {
                socket.Use();
                socket.Io.Unpin();
            }
        });
        socket.Io.Close();
        first.Join();
        caller.Join();
        socket.CheckClosed();
    }

    /// <summary>Close while the reader's and the writer's calls and an option are under way.</summary>
    internal static void CloseDuringThreeCalls()
    {
        var socket = new ModelSocket();
        var threads = new List<ModelHandle>
        {
            Model.Spawn(() => CallOnce(socket, IoState.ReadClaim, IoState.ReadBusy, IoState.Readable)),
            Model.Spawn(() => CallOnce(socket, IoState.WriteClaim, IoState.WriteBusy, IoState.Writable)),
            Model.Spawn(() =>
            {
                if (socket.Io.TryPin())
                {
                    socket.Use();
                    socket.Io.Unpin();
                }
            }),
        };
        socket.Io.Close();
        threads.ForEach(thread => thread.Join());
        socket.CheckClosed();
    }

    /// <summary>Of two reads at once one gets the claim; the other is refused, or comes after.</summary>
    internal static void ClaimIsExclusive()
    {
        var socket = new ModelSocket();
        int refused = 0;
        int total = 0;
        void Read()
        {
            var reader = new Reader(socket);
            try
            {
                reader.ReadSome();
            }
            catch (InvalidOperationException)
            {
                refused++;
            }

            total += reader.Total;
        }

        ModelHandle other = Model.Spawn(Read);
        ModelHandle peer = Model.Spawn(() =>
        {
            socket.Receive(1);
            while (refused == 0 && total == 0)
            {
                Model.Spin();
            }

            socket.Receive(1);
        });
        Read();
        other.Join();
        peer.Join();
        Assert.InRange(refused, 0, 1);
        Assert.Equal(2, total + socket.Data);
    }

    /// <summary>The driver ends while a read waits.</summary>
    internal static void DriverGoes()
    {
        var socket = new ModelSocket();
        ModelHandle driver = Model.Spawn(socket.Io.OnDriverGone);
        Assert.IsType<OperationCanceledException>(new Reader(socket).ReadToFailure());
        driver.Join();
        socket.Io.Close();
        socket.CheckClosed();
    }

    /// <summary>A read is cancelled while an event comes; the next read has the data.</summary>
    internal static void CancelDuringEvent()
    {
        var socket = new ModelSocket();
        ModelHandle peer = Model.Spawn(() => socket.Receive(1));
        var reader = new Reader(socket);
        if (!reader.Begin())
        {
            reader.Cancel();
            new Reader(socket).ReadSome();
        }

        peer.Join();
        Assert.Equal(0, socket.Data);
    }

    /// <summary>An operation of one call ends just as the next one begins and a close comes.</summary>
    internal static void CloseBetweenOperations()
    {
        var socket = new ModelSocket();
        ModelHandle closer = Model.Spawn(socket.Io.Close);
        CallOnce(socket, IoState.ReadClaim, IoState.ReadBusy, IoState.Readable);
        CallTwice(socket, IoState.ReadClaim, IoState.ReadBusy, IoState.Readable);
        closer.Join();
        socket.CheckClosed();
    }

    private static void CallOnce(ModelSocket socket, uint claim, uint busy, uint ready)
    {
        if (Begin(socket, claim, busy, ready, out uint before))
        {
            socket.Use();
            socket.Io.EndOperation(claim, busy, 0, before);
        }
    }

    private static void CallTwice(ModelSocket socket, uint claim, uint busy, uint ready)
    {
        if (!Begin(socket, claim, busy, ready, out uint before))
        {
            return;
        }

        socket.Use();
        socket.Io.EndCall(busy, 0, before);
        if (socket.Io.State.TryBeginCall(busy, out before))
        {
            socket.Use();
            socket.Io.EndOperation(claim, busy, 0, before);
        }
        else
        {
            socket.Io.State.Unclaim(claim);
        }
    }

    private static bool Begin(ModelSocket socket, uint claim, uint busy, uint ready, out uint before)
    {
        TransitionToClaimed begun = socket.Io.State.TryBegin(claim, busy, ready, out before);
        Assert.NotEqual(TransitionToClaimed.Waiting, begun); // Ready from the beginning, and nobody uses it up.
        Assert.Equal(begun == TransitionToClaimed.Refused, (before & IoState.Closing) != 0);
        return begun == TransitionToClaimed.Calling;
    }

    /// <summary>The kernel's side: how many bytes are there, and whether the descriptor is open.</summary>
    private sealed class ModelSocket
    {
        private const int Descriptor = 7;
        private readonly EpollDriver _driver = new();
        private int _data;
        private int _inCall;
        private int _closed;

        internal ModelSocket()
        {
            Libc.OnClose = fd =>
            {
                Assert.Equal(Descriptor, fd);
                Assert.Equal(0, _inCall);
                Assert.Equal(1, ++_closed);
            };
            Io = new IoSource(_driver, Descriptor);
        }

        internal IoSource Io { get; }

        internal int Data => _data;

        /// <summary>Data comes, and the kernel makes an edge of it.</summary>
        internal void Receive(int count)
        {
            Interlocked.Add(ref _data, count);
            Io.OnEvent(IoState.Readable);
        }

        /// <summary>A system call that takes all there is.</summary>
        internal int Take()
        {
            Assert.Equal(0, _closed);
            _inCall++;
            int found = Interlocked.Exchange(ref _data, 0);
            _inCall--;
            Assert.Equal(0, _closed);
            return found;
        }

        /// <summary>Any other system call.</summary>
        internal void Use()
        {
            Assert.Equal(0, _closed);
            _inCall++;
            Model.Point();
            _inCall--;
            Assert.Equal(0, _closed);
        }

        internal void CheckClosed()
        {
            Assert.Equal(1, _closed);
            Assert.Equal(1, _driver.Deregistered);
        }
    }

    /// <summary>Polls a read on the current thread and sleeps in between.</summary>
    private sealed class Reader(ModelSocket socket)
    {
        private readonly ParkedThread _thread = new();
        private ModelRead? _read;

        internal int Total { get; private set; }

        internal void ReadSome()
        {
            bool done = Begin();
            while (!done)
            {
                _thread.Sleep();
                done = Poll();
            }

            Total += _read!.GetResult(_read.Version);
        }

        internal Exception ReadToFailure()
        {
            try
            {
                while (true)
                {
                    ReadSome();
                }
            }
            catch (Exception exception) when (exception is ObjectDisposedException or OperationCanceledException)
            {
                return exception;
            }
        }

        internal bool Begin()
        {
            _read = new ModelRead(socket);
            return Poll();
        }

        internal void Cancel() => _read!.Abandon();

        private bool Poll()
        {
            PollContext context = new(_thread);
            return _read!.PollLeaf(ref context);
        }
    }

    private sealed class ModelRead : SocketLeaf<int>
    {
        private readonly ModelSocket _socket;

        internal ModelRead(ModelSocket socket)
            : base(isRead: true)
        {
            _socket = socket;
            Io = socket.Io;
            Owner = socket;
        }

        private protected override string OperationName => "read";

        // The buffer is larger than what comes: each call uses up the readiness.
        private protected override CallOutcome Attempt(int fd) =>
            _socket.Take() is > 0 and var count && Complete(count) ? CallOutcome.DoneAndExhausted : CallOutcome.WouldBlock;

        private protected override void Recycle(Ambient ambient) => ClearOutcome();
    }
}
