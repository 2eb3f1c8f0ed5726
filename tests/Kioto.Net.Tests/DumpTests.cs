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
    public void Who_accepts_is_shown_with_the_address_of_the_listener(int workers) => Bounded.Run(() =>
    {
        using Runtime runtime = OnRuntime.Build(workers);
        runtime.BlockOn(async () =>
        {
            using TcpListener listener = TcpListener.Bind(Loopback.Any);
            JoinHandle accepting = Kio.Spawn(async () => { (await listener.AcceptAsync()).Dispose(); });
            Assert.Equal(("TcpListener.AcceptAsync", $"on {listener.LocalEndPoint}"), await WaitOf(runtime, accepting));
            accepting.Abort();
            await accepting.JoinAsync();
        });
    });

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Who_reads_and_writes_is_shown_with_the_address_of_the_peer(int workers) => Bounded.Run(() =>
    {
        using Runtime runtime = OnRuntime.Build(workers);
        runtime.BlockOn(async () =>
        {
            (TcpStream client, TcpStream server) = await Loopback.Pair();
            string peer = $"peer {server.RemoteEndPoint}";
            JoinHandle reading = Kio.Spawn(async () => { await server.ReadAsync(new byte[8]); });
            Assert.Equal(("TcpStream.ReadAsync", peer), await WaitOf(runtime, reading));
            using JsonDocument json = JsonDocument.Parse(runtime.Dump().ToJson());
            Assert.Contains(
                json.RootElement.GetProperty("tasks").EnumerateArray(),
                task => task.GetProperty("waitsFor") is { ValueKind: JsonValueKind.Object } wait
                    && wait.GetProperty("detail").GetString()?.EndsWith($", {peer}", StringComparison.Ordinal) == true);

            // Nobody reads there: it fills both buffers and waits.
            JoinHandle writing = Kio.Spawn(async () => await server.WriteAllAsync(new byte[64 << 20]));
            Assert.Equal(("TcpStream.WriteAsync", peer), await WaitOf(runtime, writing));
            client.Dispose();
            await reading.JoinAsync();
            await writing.JoinAsync();
            server.Dispose();
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
            Assert.False(handle.IsFinished);

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
