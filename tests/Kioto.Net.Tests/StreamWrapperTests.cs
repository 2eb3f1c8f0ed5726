using System;
using System.Collections.Generic;
using System.Text;
using Kioto.Streams;
using Xunit;

namespace Kioto.Net.Tests;

/// <summary>Listeners and connections as streams.</summary>
public sealed class StreamWrapperTests
{
    [Theory]
    [MemberData(nameof(OnRuntime.Kinds), MemberType = typeof(OnRuntime))]
    public void Connections_and_their_lines(int workers) => OnRuntime.Run(workers, async () =>
    {
        using TcpListener listener = TcpListener.Bind("127.0.0.1:0");
        Kio.Detach(Clients(listener.LocalEndPoint, 5));
        List<string> lines = [];
        int connections = 0;
        await foreach (TcpStream accepted in listener.AcceptAllAsync())
        {
            using TcpStream stream = accepted;
            await foreach (string line in stream.ReadLinesAsync(100))
            {
                lines.Add(line);
            }

            if (++connections == 5)
            {
                break;
            }
        }

        Assert.Equal(["hello", "wörld", "hello", "wörld", "hello", "wörld", "hello", "wörld", "hello", "wörld"], lines);

        // The listener lives on.
        Kio.Detach(Clients(listener.LocalEndPoint, 1));
        (await listener.AcceptAsync()).Dispose();
    });

    [Theory]
    [MemberData(nameof(OnRuntime.Kinds), MemberType = typeof(OnRuntime))]
    public void Connections_of_many_at_a_time(int workers) => OnRuntime.Run(workers, async () =>
    {
        using TcpListener listener = TcpListener.Bind("127.0.0.1:0");
        Kio.Detach(Clients(listener.LocalEndPoint, 20));
        int served = 0;
        FutureEnumerator<int> serving = listener.AcceptAllAsync().SelectConcurrent(4, async accepted =>
        {
            using TcpStream stream = accepted;
            int lines = 0;
            await foreach (string _ in stream.ReadLinesAsync(100))
            {
                lines++;
            }

            return lines;
        }).GetAsyncEnumerator();
        while (served < 20 && await serving.MoveNextAsync())
        {
            Assert.Equal(2, serving.Current);
            served++;
        }

        await serving.DisposeAsync();
        Assert.Equal(20, served);
    });

    [Theory]
    [MemberData(nameof(OnRuntime.Kinds), MemberType = typeof(OnRuntime))]
    public void Disposing_the_listener_ends_a_step(int workers) => OnRuntime.Run(workers, async () =>
    {
        TcpListener listener = TcpListener.Bind("127.0.0.1:0");
        JoinHandle<bool> step = Kio.Spawn(listener.AcceptAllAsync().GetAsyncEnumerator().MoveNextAsync());
        await Kio.YieldNow();
        listener.Dispose();
        Assert.IsType<ObjectDisposedException>((await step.JoinAsync()).Exception);
    });

    private static async Future Clients(System.Net.IPEndPoint address, int count)
    {
        for (int i = 0; i < count; i++)
        {
            using TcpStream stream = await TcpStream.ConnectAsync(address);
            await stream.WriteAllAsync(Encoding.UTF8.GetBytes("hello\r\nwö"));
            await Kio.YieldNow();
            await stream.WriteAllAsync(Encoding.UTF8.GetBytes("rld"));
        }
    }
}
