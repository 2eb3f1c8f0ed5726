using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Kioto.Net.Tests;

/// <summary>Looks inside streams and listeners, so that tests know when an operation has suspended without sleeping.</summary>
internal static class Peek
{
    internal static Future UntilReadWaits(SocketStream stream) => Until(() => Volatile.Read(ref Reader(Io(stream))) is not null);

    internal static Future UntilWriteWaits(SocketStream stream) => Until(() => Volatile.Read(ref Writer(Io(stream))) is not null);

    internal static Future UntilAcceptWaits(TcpListener listener) => Until(() => Waits(listener));

    internal static Future UntilAcceptWaits(UnixListener listener) =>
        Until(() => Volatile.Read(ref Reader(Io(listener))) is not null);

    internal static bool Waits(TcpListener listener) => Volatile.Read(ref Reader(Io(listener))) is not null;

    internal static async Future Until(Func<bool> condition)
    {
        while (!condition())
        {
            await Kio.YieldNow();
        }
    }

    internal static IoSource Io(SocketStream stream) => stream.Io;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_io")]
    internal static extern ref IoSource Io(TcpListener listener);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_io")]
    internal static extern ref IoSource Io(UnixListener listener);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_reader")]
    private static extern ref WakeTarget? Reader(IoSource source);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_writer")]
    private static extern ref WakeTarget? Writer(IoSource source);
}
