using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;

namespace Kioto.Tool.Bench;

/// <summary>The same on the thread pool and .NET's sockets.</summary>
internal static class DotnetLatency
{
    public static Sample Run(int messages)
    {
        using LatencyRun run = new(messages);
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        Measurement measurement = Measurement.Start();
        Task reading = Task.Run(() => Read(listener, run));
        Task[] computing = [.. Enumerable.Range(0, LatencyRun.Tasks).Select(_ => Task.Run(() => Compute(run)))];
        run.Send((IPEndPoint)listener.LocalEndPoint!);
        reading.GetAwaiter().GetResult();
        Task.WaitAll(computing);
        return run.Judge(measurement);
    }

    private static async Task Compute(LatencyRun run)
    {
        while (run.GoesOn)
        {
            LatencyRun.Compute();
            await Task.Yield();
        }
    }

    private static async Task Read(Socket listener, LatencyRun run)
    {
        using Socket socket = await listener.AcceptAsync();
        byte[] buffer = new byte[64 * LatencyRun.MessageSize];
        int kept = 0;
        while (await socket.ReceiveAsync(buffer.AsMemory(kept)) is > 0 and int read)
        {
            int all = kept + read;
            int taken = run.Take(buffer.AsSpan(0, all));
            buffer.AsSpan(taken, all - taken).CopyTo(buffer);
            kept = all - taken;
        }

        run.End();
    }
}
