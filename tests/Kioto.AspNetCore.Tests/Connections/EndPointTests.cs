using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>Where the server listens, and what a connection says about itself.</summary>
public class EndPointTests
{
    public static TheoryData<Transport> All => Transports.All;

    public static TheoryData<Transport> Kioto => Transports.Kioto;

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
    [InlineData(Transport.Sockets)]
    [InlineData(Transport.Kioto)]
    public Task Without_IPv6_any_address_and_localhost_are_those_of_IPv4(Transport transport) => Bounded.Run(async () =>
    {
        using Child child = new("no-ipv6", transport.ToString());
        Assert.Equal("127.0.0.1 hello\nlocalhost hello\n", await child.Output.ReadToEndAsync() + await child.Errors);
        Assert.Equal(0, await child.EndAsync());
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task The_backlog_and_no_delay_are_the_options(Transport transport) => Bounded.Run(async () =>
    {
        foreach (bool noDelay in new[] { true, false })
        {
            TaskCompletionSource<int> served = new();
            await using TestServer server = await TestServer.StartAsync(
                transport,
                async context =>
                {
                    served.SetResult(Descriptors.Accepted(context.Connection.LocalPort, option: 1)); // TCP_NODELAY
                    await context.Response.WriteAsync("hello");
                },
                kioto: options =>
                {
                    options.Backlog = 17;
                    options.NoDelay = noDelay;
                },
                configure: builder => builder.WebHost.UseSockets(options =>
                {
                    options.Backlog = 17;
                    options.NoDelay = noDelay;
                }));
            Assert.Equal(17, Descriptors.Backlog(server.Port));
            using RawClient client = server.Connect();
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.Equal("hello", (await client.ReadResponseAsync()).Body);
            Assert.Equal(noDelay ? 1 : 0, await served.Task);
        }
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

    [Theory]
    [MemberData(nameof(All))]
    public Task A_unix_socket_is_listened_on_and_its_file_removed_with_the_server(Transport transport) => Bounded.Run(async () =>
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("kioto-");
        string path = Path.Combine(directory.FullName, "s");
        for (int round = 0; round < 2; round++)
        {
            ConnectionContext? seen = null;
            await using (TestServer server = await TestServer.StartAsync(
                transport, Hello, options => options.ListenUnixSocket(path, listen => See(listen, connection => seen = connection)), ownEndPoints: true))
            {
                Assert.Equal($"http://unix:{path}", server.Address);
                using RawClient client = RawClient.Connect(new UnixDomainSocketEndPoint(path));
                await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                Assert.Equal("hello", (await client.ReadResponseAsync()).Body);
                AssertServedBy(transport, seen);
                Assert.Equal(path, seen!.LocalEndPoint!.ToString());
                Assert.Equal("", seen.RemoteEndPoint!.ToString());
                Assert.True(File.Exists(path));
            }

            Assert.False(File.Exists(path));
        }

        directory.Delete();
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_unix_sockets_file_that_is_there_is_an_IOException_that_says_so(Transport transport) => Bounded.Run(async () =>
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("kioto-");
        string path = Path.Combine(directory.FullName, "s");
        await File.WriteAllTextAsync(path, "somebody else's");
        IOException exception = await Assert.ThrowsAsync<IOException>(() => TestServer.StartAsync(
            transport, Hello, options => options.ListenUnixSocket(path), ownEndPoints: true));
        Assert.IsType<AddressInUseException>(exception.InnerException);
        Assert.True(File.Exists(path));
        directory.Delete(recursive: true);
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task An_abstract_name_is_listened_on(Transport transport) => Bounded.Run(async () =>
    {
        UnixDomainSocketEndPoint name = new($"\0kioto-{transport}-{Environment.ProcessId}");
        for (int round = 0; round < 2; round++)
        {
            await using TestServer server = await TestServer.StartAsync(
                transport, Hello, options => options.Listen(name), ownEndPoints: true);
            using RawClient client = RawClient.Connect(name);
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.Equal("hello", (await client.ReadResponseAsync()).Body);
        }
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_file_handle_is_listened_on_and_stays_open(Transport transport) => Bounded.Run(async () =>
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("kioto-");
        foreach (EndPoint endPoint in new EndPoint[]
        {
            new IPEndPoint(IPAddress.Loopback, 0), new UnixDomainSocketEndPoint(Path.Combine(directory.FullName, "s")),
        })
        {
            using Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(endPoint);
            if (endPoint is IPEndPoint)
            {
                socket.Listen(); // The other one is only bound: the server has it listen.
            }

            // .NET's sockets don't take a handle twice that they don't own: now and then nobody is told of connections.
            for (int round = transport == Transport.Sockets ? 1 : 0; round < 2; round++)
            {
                ConnectionContext? seen = null;
                await using TestServer server = await TestServer.StartAsync(
                    transport,
                    Hello,
                    options => options.ListenHandle(
                        (ulong)socket.SafeHandle.DangerousGetHandle(), listen => See(listen, connection => seen = connection)),
                    ownEndPoints: true);
                using RawClient client = RawClient.Connect(socket.LocalEndPoint!);
                await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                Assert.Equal("hello", (await client.ReadResponseAsync()).Body);
                AssertServedBy(transport, seen);
                Assert.Equal(socket.LocalEndPoint, seen!.LocalEndPoint);
            }

            Assert.False(socket.SafeHandle.IsClosed);
            using Socket later = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
            later.Connect(socket.LocalEndPoint!); // Whoever has the handle goes on listening.
        }

        directory.Delete(recursive: true);
    });

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task A_handle_that_is_no_socket_is_refused_in_words(Transport transport) => Bounded.Run(async () =>
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle("/proc/self/stat");
        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(() => TestServer.StartAsync(
            transport, Hello, options => options.ListenHandle((ulong)file.DangerousGetHandle()), ownEndPoints: true));
        Assert.Contains("ListenHandle", refused.Message, StringComparison.Ordinal);
        Assert.Contains("not a socket", refused.Message, StringComparison.Ordinal);
    });

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task A_handle_can_be_listened_on_twice_at_once(Transport transport) => Bounded.Run(async () =>
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        ulong handle = (ulong)socket.SafeHandle.DangerousGetHandle();
        await using TestServer server = await TestServer.StartAsync(
            transport,
            Hello,
            options =>
            {
                options.ListenHandle(handle);
                options.ListenHandle(handle);
            },
            ownEndPoints: true);
        for (int i = 0; i < 200; i++)
        {
            using RawClient client = RawClient.Connect(socket.LocalEndPoint!);
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.Equal("hello", (await client.ReadResponseAsync()).Body);
        }
    });

    private static void See(ListenOptions options, Action<ConnectionContext> see) => options.Use(next => connection =>
    {
        see(connection);
        return next(connection);
    });

    private static void AssertServedBy(Transport transport, ConnectionContext? connection)
    {
        Assert.NotNull(connection);
        Assert.Equal(transport != Transport.Sockets, connection.Features.Get<KiotoConnection>() is not null);
    }

    private static Task Hello(HttpContext context) => context.Response.WriteAsync("hello");

    private static async Task Get(int port, string host)
    {
        using HttpClient client = new();
        Assert.Equal("hello", await client.GetStringAsync(new Uri($"http://{host}:{port}/")));
    }
}
