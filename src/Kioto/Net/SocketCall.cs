using System;

namespace Kioto.Net;

/// <summary>Keeps a descriptor open during a call that is neither the reader's nor the writer's: options, addresses.</summary>
internal readonly ref struct SocketCall
{
    private readonly IoSource _io;
    private readonly object _owner;

    /// <summary>Begins the call.</summary>
    /// <param name="io">The socket.</param>
    /// <param name="owner">The user's object; its finalizer would close the socket, so it must outlive the call.</param>
    /// <exception cref="ObjectDisposedException">The user's object has been disposed.</exception>
    internal SocketCall(IoSource io, object owner)
    {
        _io = io;
        _owner = owner;
        if (!io.TryPin())
        {
            throw Errors.Disposed(owner.GetType().Name);
        }
    }

    internal int Fd => _io.Fd;

    public void Dispose()
    {
        _io.Unpin();
        GC.KeepAlive(_owner);
    }
}
