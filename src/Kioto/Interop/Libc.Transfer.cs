using System.Runtime.InteropServices;

namespace Kioto;

/// <summary>recv and send, made for every message.</summary>
/// <remarks>
/// By their numbers where these are known: the C library's functions are cancellation points, and in a process with
/// several threads announce themselves before and after the call by an atomic operation each. Nobody cancels our
/// threads. Its syscall function does the same but for that: it makes the call and sets errno.
/// </remarks>
internal static unsafe partial class Libc
{
    // Of recvfrom and sendto, which is what recv and send are; 0 where we don't know.
    private static readonly nint s_receiveNumber = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 45,
        Architecture.Arm64 => 207,
        _ => 0,
    };

    private static readonly nint s_sendNumber = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 44,
        Architecture.Arm64 => 206,
        _ => 0,
    };

    internal static nint Receive(int fd, byte* buffer, nint length, int flags) => s_receiveNumber != 0
        ? Transfer(s_receiveNumber, fd, buffer, length, flags, 0, 0)
        : ReceiveByName(fd, buffer, length, flags);

    internal static nint Send(int fd, byte* buffer, nint length, int flags) => s_sendNumber != 0
        ? Transfer(s_sendNumber, fd, buffer, length, flags, 0, 0)
        : SendByName(fd, buffer, length, flags);

    [DllImport(Library, EntryPoint = "syscall")]
    private static extern nint Transfer(
        nint number, nint fd, byte* buffer, nint length, nint flags, nint address, nint addressLength);

    [DllImport(Library, EntryPoint = "recv")]
    private static extern nint ReceiveByName(int fd, byte* buffer, nint length, int flags);

    [DllImport(Library, EntryPoint = "send")]
    private static extern nint SendByName(int fd, byte* buffer, nint length, int flags);
}
