using System;
using System.Collections.Generic;
using System.IO.Pipelines;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>Logs and exceptions say what Kestrel's own transport says, in its words.</summary>
public class WordsTests
{
    public static TheoryData<Transport> All => Transports.All;

    [Theory]
    [MemberData(nameof(All))]
    public Task Middleware_that_aborts(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await StartAsync(transport, static (connection, _) =>
        {
            connection.Abort();
            return Task.CompletedTask;
        });
        using RawClient client = server.Connect();
        Assert.Equal(ConnectionEnd.Reset, await client.ReadToAnyEndAsync());
        Assert.Equal(
            ["ConnectionWriteRst: sending RST because: \"The connection was aborted by the application via ConnectionContext.Abort().\""],
            await LogsAsync(server));
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task The_feature_that_aborts(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await StartAsync(transport, static (connection, _) =>
        {
            connection.Features.GetRequiredFeature<IConnectionLifetimeFeature>().Abort();
            return Task.CompletedTask;
        });
        using RawClient client = server.Connect();
        Assert.Equal(ConnectionEnd.Reset, await client.ReadToAnyEndAsync());
        Assert.Equal(
            ["ConnectionWriteRst: sending RST because: \"The connection was aborted by the application via IConnectionLifetimeFeature.Abort().\""],
            await LogsAsync(server));
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task An_end_of_the_servers_own(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await StartAsync(transport, static (connection, next) => next(connection));
        using RawClient client = server.Connect();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        await client.ReadToEndAsync();
        List<string> logs = await LogsAsync(server);
        if (transport == Transport.Sockets)
        {
            logs.Remove("ConnectionReadFin: received FIN."); // By chance.
        }

        Assert.Equal(["ConnectionWriteFin: sending FIN because: \"The Socket transport's send loop completed gracefully.\""], logs);
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_client_that_resets(Transport transport) => Bounded.Run(async () =>
    {
        TaskCompletionSource began = new();
        TaskCompletionSource<Exception?> read = new();
        await using TestServer server = await StartAsync(transport, async (connection, _) =>
        {
            began.SetResult();
            read.SetResult(await Record.ExceptionAsync(async () =>
            {
                PipeReader input = connection.Transport.Input;
                ReadResult result = await input.ReadAsync();
                input.AdvanceTo(result.Buffer.End);
            }));
        });
        using RawClient client = server.Connect();
        await began.Task;
        client.Reset();
        ConnectionResetException exception = Assert.IsType<ConnectionResetException>(await read.Task);
        Assert.Equal("Connection reset by peer", exception.Message);
        Assert.Contains("ConnectionReset: reset.", await LogsAsync(server));
    });

    private static Task<TestServer> StartAsync(Transport transport, Func<ConnectionContext, ConnectionDelegate, Task> middleware) =>
        TestServer.StartAsync(
            transport,
            context => context.Response.WriteAsync("ok"),
            listen: options => options.Use(next => connection => middleware(connection, next)));

    /// <summary>What the transport has logged until its end.</summary>
    private static async Task<List<string>> LogsAsync(TestServer server)
    {
        await server.StopAsync();
        return [.. server.Logs.Entries
            .Where(entry => entry.Category.StartsWith("Microsoft.AspNetCore.Server.Kestrel.Transport.", StringComparison.Ordinal))
            .Select(entry => $"{entry.Id.Name}: {entry.Message[(entry.Message.IndexOf("\" ", StringComparison.Ordinal) + 2)..]}")];
    }
}
