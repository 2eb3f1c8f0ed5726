using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>Where the server listens, and what a connection says about itself.</summary>
public class EndPointTests
{
    public static TheoryData<Transport> All => Transports.All;

    [Theory]
    [MemberData(nameof(All))]
    public Task Port_0_is_chosen_and_reported(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, Hello);
        Assert.NotEqual(0, server.Port);
        await Get(server.Port, "127.0.0.1");
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task IPv6_is_listened_on(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(
            transport, Hello, options => options.Listen(IPAddress.IPv6Loopback, 0), ownEndPoints: true);
        await Get(server.Port, "[::1]");
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task Any_address_takes_both_families(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(
            transport, Hello, options => options.ListenAnyIP(0), ownEndPoints: true);
        await Get(server.Port, "127.0.0.1");
        await Get(server.Port, "[::1]");
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_busy_port_is_an_IOException_that_says_so(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer first = await TestServer.StartAsync(transport, Hello);
        IOException exception = await Assert.ThrowsAsync<IOException>(() => TestServer.StartAsync(
            transport, Hello, options => options.Listen(IPAddress.Loopback, first.Port), ownEndPoints: true));
        Assert.IsType<AddressInUseException>(exception.InnerException);
        await Get(first.Port, "127.0.0.1");
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_port_can_be_used_again_after_the_server(Transport transport) => Bounded.Run(async () =>
    {
        int port;
        await using (TestServer first = await TestServer.StartAsync(transport, Hello))
        {
            port = first.Port;
            await Get(port, "127.0.0.1");
        }

        await using TestServer second = await TestServer.StartAsync(
            transport, Hello, options => options.Listen(IPAddress.Loopback, port), ownEndPoints: true);
        await Get(port, "127.0.0.1");
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_connection_knows_its_addresses_and_has_the_usual_features(Transport transport) => Bounded.Run(async () =>
    {
        ConnectionContext? seen = null;
        await using TestServer server = await TestServer.StartAsync(
            transport,
            context => context.Response.WriteAsync(
                $"{context.Connection.RemoteIpAddress}|{context.Connection.RemotePort}|{context.Connection.LocalPort}"),
            listen: options => options.Use(next => connection =>
            {
                seen = connection;
                return next(connection);
            }));
        using RawClient client = server.Connect();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        RawResponse response = await client.ReadResponseAsync();
        Assert.Equal($"127.0.0.1|{((IPEndPoint)client.Socket.LocalEndPoint!).Port}|{server.Port}", response.Body);
        Assert.NotNull(seen);
        Assert.Equal(client.Socket.LocalEndPoint, seen.RemoteEndPoint);
        Assert.Equal(client.Socket.RemoteEndPoint, seen.LocalEndPoint);
        Assert.Equal(13, seen.ConnectionId.Length);
        foreach (Type feature in new[]
        {
            typeof(IConnectionIdFeature), typeof(IConnectionTransportFeature), typeof(IConnectionItemsFeature),
            typeof(IMemoryPoolFeature), typeof(IConnectionLifetimeFeature),
        })
        {
            Assert.NotNull(seen.Features[feature]);
        }

        if (transport != Transport.Sockets)
        {
            Assert.Equal(seen.RemoteEndPoint, seen.Features.Get<IConnectionEndPointFeature>()!.RemoteEndPoint); // Kestrel's own has none.
        }

        seen.Items["a"] = 1;
        Assert.Equal(1, seen.Features.Get<IConnectionItemsFeature>()!.Items["a"]);
        client.Dispose();
        await Bounded.Until(() => seen.ConnectionClosed.IsCancellationRequested);
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_connection_can_be_asked_to_end(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, context =>
        {
            context.Features.Get<IConnectionLifetimeNotificationFeature>()!.RequestClose();
            return context.Response.WriteAsync("last");
        });
        using RawClient client = server.Connect();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal("last", (await client.ReadResponseAsync()).Body);
        Assert.Equal(ConnectionEnd.Fin, await client.ReadToAnyEndAsync());
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task Connections_have_different_names(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, context => context.Response.WriteAsync(context.Connection.Id));
        string[] ids = new string[50];
        for (int i = 0; i < ids.Length; i++)
        {
            using RawClient client = server.Connect();
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            ids[i] = (await client.ReadResponseAsync()).Body;
        }

        Assert.Equal(ids.Length, ids.Distinct().Count());
    });

    private static Task Hello(HttpContext context) => context.Response.WriteAsync("hello");

    private static async Task Get(int port, string host)
    {
        using HttpClient client = new();
        Assert.Equal("hello", await client.GetStringAsync(new Uri($"http://{host}:{port}/")));
    }
}
