using System;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;
using Kioto.Sync;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>WebSockets: an upgraded connection reads and writes at once.</summary>
public class WebSocketTests
{
    public static TheoryData<Transport> All => Transports.All;

    public static TheoryData<Transport> Kioto => Transports.Kioto;

    [Theory]
    [MemberData(nameof(All))]
    public Task Messages_are_echoed_until_the_client_closes(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, Echo, map: app => app.UseWebSockets());
        using ClientWebSocket client = new();
        await client.ConnectAsync(new Uri($"ws://127.0.0.1:{server.Port}/"), CancellationToken.None);
        byte[] got = new byte[300_000];
        foreach (int length in new[] { 0, 1, 125, 126, 65_535, 65_536, 200_000 })
        {
            byte[] sent = new byte[length];
            new Random(length).NextBytes(sent);
            Task sending = client.SendAsync(sent, WebSocketMessageType.Binary, true, CancellationToken.None);
            int count = 0;
            ValueWebSocketReceiveResult result;
            do
            {
                result = await client.ReceiveAsync(got.AsMemory(count), CancellationToken.None);
                count += result.Count;
            }
            while (!result.EndOfMessage);
            await sending;
            Assert.True(sent.AsSpan().SequenceEqual(got.AsSpan(0, count)));
        }

        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
        Assert.Equal(WebSocketState.Closed, client.State);
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_client_that_disappears_fails_the_servers_receive(Transport transport) => Bounded.Run(async () =>
    {
        TaskCompletionSource<Exception?> result = new();
        await using TestServer server = await TestServer.StartAsync(
            transport,
            async context => result.SetResult(await Record.ExceptionAsync(() => Echo(context))),
            map: app => app.UseWebSockets());
        using (ClientWebSocket client = new())
        {
            await client.ConnectAsync(new Uri($"ws://127.0.0.1:{server.Port}/"), CancellationToken.None);
            client.Abort();
        }

        Assert.NotNull(await result.Task);
    });

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task The_verbs_work_in_the_middle_of_a_conversation(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(transport, Work, map: app => app.UseWebSockets());
        using ClientWebSocket client = new();
        await client.ConnectAsync(new Uri($"ws://127.0.0.1:{server.Port}/"), CancellationToken.None);
        byte[] buffer = new byte[100];
        for (byte i = 0; i < 20; i++)
        {
            await client.SendAsync(new byte[] { i }, WebSocketMessageType.Binary, true, CancellationToken.None);
        }

        for (byte i = 0; i < 20; i++)
        {
            Assert.Equal(1, (await client.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)).Count);
            Assert.Equal(i + 1, buffer[0]);
        }

        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
    });

    // One task sends what the handler receives, by way of a channel.
    private static async Task Work(HttpContext context)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        (MpscSender<byte> sender, MpscReceiver<byte> receiver) = Mpsc.Create<byte>(2);
        JoinHandle sending = Kio.Spawn(async () =>
        {
            while ((await receiver.RecvAsync()).TryGetValue(out byte value))
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                await socket.SendAsync(new byte[] { value }, WebSocketMessageType.Binary, true, CancellationToken.None);
            }
        });
        byte[] buffer = new byte[100];
        while (true)
        {
            ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).ConfigureAwait(false);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                break;
            }

            await sender.SendAsync((byte)(await Kio.SpawnBlocking(() => buffer[0] + 1)));
        }

        sender.Dispose();
        await sending;
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
    }

    private static async Task Echo(HttpContext context)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[10_000];
        while (true)
        {
            ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, CancellationToken.None);
        }
    }
}
