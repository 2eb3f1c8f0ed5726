using System.Runtime.InteropServices;

namespace Kioto;

/// <summary>The C library's socket and epoll calls, blittable: nothing is marshalled. Linux only.</summary>
/// <remarks>
/// SAFETY of all pointer arguments: the callee uses them only during the call; callers pin managed memory with fixed,
/// or point to their own stack. A failed call's errno is read at once with <see cref="Errno"/>.
/// </remarks>
internal static unsafe partial class Libc
{
    private const string Library = "libc";

    /// <summary>The errno of the call just made on this thread.</summary>
    internal static int Errno => Marshal.GetLastSystemError();

    [DllImport(Library, EntryPoint = "epoll_create1")]
    internal static extern int EpollCreate(int flags);

    [DllImport(Library, EntryPoint = "epoll_ctl")]
    internal static extern int EpollControl(int epoll, int operation, int fd, byte* epollEvent);

    [DllImport(Library, EntryPoint = "epoll_wait")]
    internal static extern int EpollWait(int epoll, byte* events, int maxEvents, int timeoutMillis);

    /// <summary>epoll_pwait2 by its number: younger than some C libraries.</summary>
    [DllImport(Library, EntryPoint = "syscall")]
    internal static extern nint EpollWaitPrecise(
        nint number, nint epoll, byte* events, nint maxEvents, Timespec* timeout, nint signalMask, nint maskSize);

    [DllImport(Library, EntryPoint = "poll")]
    internal static extern int Poll(PollDescriptor* descriptors, nuint count, int timeoutMillis);

    [DllImport(Library, EntryPoint = "eventfd")]
    internal static extern int EventFd(uint initial, int flags);

    [DllImport(Library, EntryPoint = "write")]
    internal static extern nint Write(int fd, void* buffer, nint count);

    [DllImport(Library, EntryPoint = "close")]
    internal static extern int Close(int fd);

    [DllImport(Library, EntryPoint = "socket")]
    internal static extern int Socket(int family, int type, int protocol);

    [DllImport(Library, EntryPoint = "socketpair")]
    internal static extern int SocketPair(int family, int type, int protocol, int* pair);

    /// <summary>fcntl with an integer: Linux passes what is variadic as anything else.</summary>
    [DllImport(Library, EntryPoint = "fcntl")]
    internal static extern int DescriptorControl(int fd, int command, int argument);

    [DllImport(Library, EntryPoint = "bind")]
    internal static extern int Bind(int fd, byte* address, uint length);

    [DllImport(Library, EntryPoint = "listen")]
    internal static extern int Listen(int fd, int backlog);

    [DllImport(Library, EntryPoint = "accept4")]
    internal static extern int Accept(int fd, byte* address, uint* length, int flags);

    [DllImport(Library, EntryPoint = "connect")]
    internal static extern int Connect(int fd, byte* address, uint length);

    [DllImport(Library, EntryPoint = "sendmsg")]
    internal static extern nint SendMessage(int fd, MessageHeader* message, int flags);

    [DllImport(Library, EntryPoint = "shutdown")]
    internal static extern int Shutdown(int fd, int how);

    [DllImport(Library, EntryPoint = "getsockname")]
    internal static extern int GetSocketName(int fd, byte* address, uint* length);

    [DllImport(Library, EntryPoint = "getpeername")]
    internal static extern int GetPeerName(int fd, byte* address, uint* length);

    [DllImport(Library, EntryPoint = "getsockopt")]
    internal static extern int GetOption(int fd, int level, int name, void* value, uint* length);

    [DllImport(Library, EntryPoint = "setsockopt")]
    internal static extern int SetOption(int fd, int level, int name, void* value, uint length);
}
