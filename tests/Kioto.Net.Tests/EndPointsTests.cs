using System;
using System.Net;
using Xunit;

namespace Kioto.Net.Tests;

public class EndPointsTests
{
    public static TheoryData<string> Malformed =>
    [
        "", ":", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:-1", "127.0.0.1:+1", "127.0.0.1: 80",
        "127.0.0.1:80 ", "127.0.0.1:65536", "127.0.0.1:99999999999999", "127.0.0.1:0x50", "::1:80", "[::1]", "[::1]80",
        "[::1]x:80", "[]:80", "[:80", "]:80", "[::1:80", "::1]:80", "[[::1]]:80", "[127.0.0.1]:80", "[localhost]:80",
        "http://127.0.0.1:80", "a:b:80", "127.0.0.1/8:80", "exa mple.com:80", " localhost:80", "user@host:80", "a\0b:80",
    ];

    [Theory]
    [InlineData("127.0.0.1:80", "127.0.0.1", 80)]
    [InlineData("example.com:0", "example.com", 0)]
    [InlineData("my_host.:65535", "my_host.", 65535)]
    [InlineData("[::1]:8080", "::1", 8080)]
    [InlineData("[fe80::1%2]:1", "fe80::1%2", 1)]
    public void Host_and_port_are_split(string address, string host, int port)
    {
        EndPoints.Split(address, out string actualHost, out int actualPort);
        Assert.Equal((host, port), (actualHost, actualPort));
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Malformed_addresses_are_refused_with_an_example(string address)
    {
        FormatException refused = Assert.Throws<FormatException>(() => EndPoints.Split(address, out _, out _));
        Assert.Contains("127.0.0.1:8080", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"'{address}'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Bind_and_connect_refuse_malformed_addresses(string address)
    {
        Assert.Throws<FormatException>(() => TcpListener.Bind(address));
        Assert.Throws<FormatException>(() => TcpStream.ConnectAsync(address));
    }

    [Fact]
    public void A_name_longer_than_names_can_be_is_malformed() =>
        Assert.Throws<FormatException>(() => EndPoints.Split(new string('a', 256) + ":80", out _, out _));

    [Theory]
    [InlineData("example.com:80")]
    [InlineData("1.2.3:x.4:80")]
    [InlineData("127.0.0.256:80")]
    public void A_listener_takes_no_names(string address) =>
        Assert.Throws<FormatException>(() => EndPoints.ParseLocal(address));

    [Fact]
    public void Local_addresses_are_read()
    {
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 1), EndPoints.ParseLocal("localhost:1"));
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, 2), EndPoints.ParseLocal("[::1]:2"));
        Assert.Equal(new IPEndPoint(IPAddress.Any, 3), EndPoints.ParseLocal("0.0.0.0:3"));
    }

    [Fact]
    public void A_missing_address_is_named() =>
        Assert.Throws<ArgumentNullException>("address", () => EndPoints.Split(null!, out _, out _));
}
