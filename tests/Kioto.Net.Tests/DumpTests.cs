using System;
using System.Linq;
using System.Text.Json;
using Xunit;

namespace Kioto.Net.Tests;

/// <summary>A dump names the addresses of sockets that tasks wait for.</summary>
public class DumpTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Who_waits_for_a_socket_is_shown_with_its_address(int workers) => Bounded.Run(() =>
    {
        using Runtime runtime = OnRuntime.Build(workers);
        runtime.BlockOn(async () =>
        {
            using TcpListener listener = TcpListener.Bind(Loopback.Any);
            (TcpStream client, TcpStream server) = await Loopback.Pair(listener);
            string address = listener.LocalEndPoint.ToString();
            JoinHandle accepting = Kio.Spawn(async () => { (await listener.AcceptAsync()).Dispose(); });
            JoinHandle reading = Kio.Spawn(async () => { await server.ReadAsync(new byte[8]); });
            JoinHandle waiting = Kio.Spawn(async () => { await client.ReadableAsync(look: true); });
            JoinHandle writing = Kio.Spawn(async () => await client.WriteAllAsync(new byte[64 << 20]));
            string peer = server.RemoteEndPoint.ToString();

            // Nobody reads: the writer fills both buffers and waits. The reader has read what it wanted by then.
            Assert.Equal(("TcpListener.AcceptAsync", $"on {address}"), await WaitOf(runtime, accepting));
            Assert.Equal(("TcpStream.WriteAsync", $"peer {address}"), await WaitOf(runtime, writing));
            Assert.Equal(("TcpStream.ReadAsync", $"peer {address}"), await WaitOf(runtime, waiting));
            await reading;
            reading = Kio.Spawn(async () => { await client.ReadAsync(new byte[8]); });
            waiting.Abort();
            await waiting.JoinAsync();
            Assert.Equal(("TcpStream.ReadAsync", $"peer {address}"), await WaitOf(runtime, reading));
            JoinHandle serverWriting = Kio.Spawn(async () => await server.WriteAllAsync(new byte[64 << 20]));
            await reading;
            Assert.Equal(("TcpStream.WriteAsync", $"peer {peer}"), await WaitOf(runtime, serverWriting));
            using JsonDocument json = JsonDocument.Parse(runtime.Dump().ToJson());
            Assert.Contains(
                json.RootElement.GetProperty("tasks").EnumerateArray(),
                task => task.GetProperty("waitsFor") is { ValueKind: JsonValueKind.Object } wait
                    && wait.GetProperty("detail").GetString()?.EndsWith($", peer {peer}", StringComparison.Ordinal) == true);
            client.Dispose();
            server.Dispose();
            await writing.JoinAsync();
            await serverWriting.JoinAsync();
            accepting.Abort();
            await accepting.JoinAsync();
        });
    });

    [Fact]
    public void A_socket_whose_connection_is_gone_is_shown_without() => Bounded.Run(() =>
    {
        using Runtime runtime = OnRuntime.Build(0);
        runtime.BlockOn(async () =>
        {
            using TcpListener listener = TcpListener.Bind(Loopback.Any);
            (TcpStream client, TcpStream server) = await Loopback.Pair(listener);
            JoinHandle reading = Kio.Spawn(async () => { await server.ReadAsync(new byte[8]); });
            string peer = client.LocalEndPoint.ToString();
            Assert.Equal(("TcpStream.ReadAsync", $"peer {peer}"), await WaitOf(runtime, reading));

            // The reset has come, and the reader has not had its turn.
            client.Reset();
            WaitDump? wait = runtime.Dump().Tasks.Single(task => task.Id == reading.Id).WaitsFor;
            Assert.Matches(@"^fd \d+(, peer .*)?$", wait!.Detail);
            await reading.JoinAsync();
            server.Dispose();
        });
    });

    private static async Future<(string Operation, string Address)> WaitOf(Runtime runtime, JoinHandle handle)
    {
        while (true)
        {
            // A task that a worker has just taken from a queue is nowhere to be seen for an instant.
            TaskDump? task = runtime.Dump().Tasks.SingleOrDefault(task => task.Id == handle.Id);
            if (task is { State: TaskDumpState.Waiting, WaitsFor: { Detail: { } detail } wait })
            {
                Assert.Matches(@"^fd \d+, ", detail);
                return (wait.Operation, detail[(detail.IndexOf(',', StringComparison.Ordinal) + 2)..]);
            }

            await Kio.YieldNow();
        }
    }
}
