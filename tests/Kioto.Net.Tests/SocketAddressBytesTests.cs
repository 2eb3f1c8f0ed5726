using System;
using System.Net;
using Xunit;

namespace Kioto.Net.Tests;

public class SocketAddressBytesTests
{
    [Theory]
    [InlineData("0.0.0.0", 0)]
    [InlineData("127.0.0.1", 8080)]
    [InlineData("255.254.253.252", 65535)]
    [InlineData("::", 1)]
    [InlineData("::1", 256)]
    [InlineData("fe80::1234:5678%7", 443)]
    [InlineData("::ffff:10.1.2.3", 80)]
    [InlineData("2001:db8:1:2:3:4:5:6", 1025)]
    public void End_points_survive_the_round_trip(string address, int port)
    {
        IPEndPoint endPoint = new(IPAddress.Parse(address), port);
        Span<byte> bytes = stackalloc byte[SocketAddressBytes.MaxLength];
        int length = SocketAddressBytes.Write(endPoint, bytes);
        IPEndPoint read = SocketAddressBytes.Read(bytes);
        Assert.Equal(endPoint, read);
        Assert.Equal(endPoint.AddressFamily, read.AddressFamily);
        Assert.Equal(endPoint.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 16 : 28, length);
    }

    [Theory]
    [InlineData("10.20.30.40", 0x1234)]
    [InlineData("fe80::1%3", 0x4321)]
    public void The_bytes_are_the_platforms_own(string address, int port)
    {
        IPEndPoint endPoint = new(IPAddress.Parse(address), port);
        byte[] bytes = new byte[SocketAddressBytes.MaxLength];
        int length = SocketAddressBytes.Write(endPoint, bytes);
        Assert.Equal(endPoint.Serialize().Buffer.Span[..length].ToArray(), bytes[..length]);
    }
}
