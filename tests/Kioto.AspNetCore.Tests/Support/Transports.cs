using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>Data of theories.</summary>
internal static class Transports
{
    public static TheoryData<Transport> All => [Transport.Sockets, Transport.Kioto, Transport.KiotoOneWorker];

    public static TheoryData<Transport> Kioto => [Transport.Kioto, Transport.KiotoOneWorker];
}
