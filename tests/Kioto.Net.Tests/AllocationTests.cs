#if !DEBUG // In Debug state machines are classes.
using System;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace Kioto.Net.Tests;

public class AllocationTests
{
    public static TheoryData<int> Kinds => OnRuntime.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_echoed_message_allocates_nothing(int workers) => OnRuntime.Run(
        workers,
        async () =>
        {
            (TcpStream client, TcpStream server) = await Loopback.Pair();
            await MeasureEcho(client, server);
        },
        60);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_echoed_message_over_a_unix_socket_allocates_nothing(int workers) => OnRuntime.Run(
        workers,
        async () =>
        {
            (UnixStream client, UnixStream server) = UnixStream.Pair();
            await MeasureEcho(client, server);
        },
        60);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_message_over_dotnet_streams_allocates_nothing(int workers) => Bounded.Run(
        () =>
        {
            using Runtime runtime = OnRuntime.Build(workers);
            (TcpStream client, TcpStream server) = runtime.BlockOn(async () => await Kio.Spawn(Loopback.Pair));
            using Stream one = client.AsStream();
            using Stream other = server.AsStream();
            Task echo = Task.Run(() => Echo(other));
            double best = Task.Run(() => Measure(one)).GetAwaiter().GetResult();
            client.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            echo.Wait();
            Assert.True(best < 0.05, $"{best} bytes were allocated per message.");
        },
        60);

    private static async Task<double> Measure(Stream stream)
    {
        const int Messages = 20_000;
        double best = double.MaxValue;
        for (int round = 0; round < 6 && best >= 0.05; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await Exchange(stream, Messages);
            best = Math.Min(best, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Messages);
        }

        return best;
    }

    private static async Task Echo(Stream stream)
    {
        byte[] buffer = new byte[256];
        for (int count; (count = await stream.ReadAsync(buffer)) != 0;)
        {
            await stream.WriteAsync(buffer.AsMemory(0, count));
        }
    }

    private static async Task Exchange(Stream stream, int messages)
    {
        byte[] buffer = new byte[64];
        for (int i = 0; i < messages; i++)
        {
            await stream.WriteAsync(buffer);
            for (int received = 0; received < buffer.Length;)
            {
                received += await stream.ReadAsync(buffer.AsMemory(received));
            }
        }
    }

    private static async Future MeasureEcho(SocketStream client, SocketStream server)
    {
        using (client)
        using (server)
        {
            JoinHandle echo = Kio.Spawn(() => Echo(server));
            await Exchange(client, 20_000);

            // The runtime's own helpers (tiering) allocate now and then: the best of some rounds counts.
            const int Messages = 20_000;
            double best = double.MaxValue;
            for (int round = 0; round < 5 && best >= 0.05; round++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                await Exchange(client, Messages);
                best = Math.Min(best, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Messages);
            }

            client.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            await echo;
            Assert.True(best < 0.05, $"{best} bytes were allocated per message.");
        }
    }

    private static async Future Echo(SocketStream stream)
    {
        byte[] buffer = new byte[256];
        while (true)
        {
            int count = await stream.ReadAsync(buffer);
            if (count == 0)
            {
                return;
            }

            await stream.WriteAllAsync(buffer.AsMemory(0, count));
        }
    }

    private static async Future Exchange(SocketStream stream, int messages)
    {
        byte[] buffer = new byte[64];
        for (int i = 0; i < messages; i++)
        {
            int sent = await stream.WriteAsync(buffer);
            for (int received = 0; received < sent;)
            {
                received += await stream.ReadAsync(buffer.AsMemory(received));
            }
        }
    }
}
#endif
