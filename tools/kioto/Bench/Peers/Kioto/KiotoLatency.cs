using System;
using System.Linq;
using System.Net;
using Kioto.Net;

namespace Kioto.Tool.Bench;

/// <summary>How long a task that waits for a socket waits for its turn, while a thousand others compute.</summary>
internal static class KiotoLatency
{
    public static Sample Run(Runtime runtime, int messages)
    {
        using LatencyRun run = new(messages);
        using TcpListener listener = runtime.BlockOn(Listen);
        Measurement measurement = Measurement.Start();
        JoinHandle reading = runtime.Spawn(Read(listener, run));
        JoinHandle[] computing = [.. Enumerable.Range(0, LatencyRun.Tasks).Select(_ => runtime.Spawn(Compute(run)))];
        run.Send((IPEndPoint)listener.LocalEndPoint);
        runtime.BlockOn(reading.AsFuture());
        runtime.BlockOn(KiotoSpawns.JoinAll(computing, computing.Length));
        return run.Judge(measurement);
    }

#pragma warning disable CS1998 // Binding needs the runtime, not its time.
    private static async Future<TcpListener> Listen() => TcpListener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
#pragma warning restore CS1998

    private static async Future Compute(LatencyRun run)
    {
        while (run.GoesOn)
        {
            LatencyRun.Compute();
            await Kio.YieldNow();
        }
    }

    private static async Future Read(TcpListener listener, LatencyRun run)
    {
        using TcpStream stream = await listener.AcceptAsync();
        byte[] buffer = new byte[64 * LatencyRun.MessageSize];
        int kept = 0;
        while (await stream.ReadAsync(buffer.AsMemory(kept)) is > 0 and int read)
        {
            int all = kept + read;
            int taken = run.Take(buffer.AsSpan(0, all));
            buffer.AsSpan(taken, all - taken).CopyTo(buffer);
            kept = all - taken;
        }

        run.End();
    }
}
