using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>Data of theories.</summary>
internal static class Transports
{
    public static TheoryData<Transport> All => [Transport.Sockets, Transport.Kioto, Transport.KiotoOneWorker];

    /// <summary>Also over Unix sockets: what the address has no part in.</summary>
    public static TheoryData<Transport> AndUnix =>
        [Transport.Sockets, Transport.Kioto, Transport.KiotoOneWorker, Transport.SocketsUnix, Transport.KiotoUnix];

    public static TheoryData<Transport> Kioto => [Transport.Kioto, Transport.KiotoOneWorker];
}
