using System;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace Kioto.Tool.Bench;

/// <summary>
/// What schedule_latency is: a thread outside sends the time of day over a socket each millisecond, whatever comes of
/// it, and a task notes how old each message is when it has read it, while all workers are busy with other tasks.
/// </summary>
internal sealed class LatencyRun : IDisposable
{
    /// <summary>Tasks that compute and yield.</summary>
    public const int Tasks = 1000;

    /// <summary>One message is one time stamp.</summary>
    public const int MessageSize = sizeof(long);

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(1);
    private readonly long[] _ages;
    private readonly Socket _sender = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    // INVARIANT: written by the one task that reads, like the ages; read when it has ended.
    private int _received;
    private volatile bool _over;

    public LatencyRun(int messages) => _ages = new long[messages];

    public bool GoesOn => !_over;

    public int Messages => _ages.Length;

    /// <summary>Computes for 20 microseconds.</summary>
    public static void Compute()
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).Ticks < 200)
        {
            Thread.SpinWait(10);
        }
    }

    /// <summary>Sends all messages, on the calling thread, and ends the run.</summary>
    /// <param name="to">Where the task listens.</param>
    public void Send(IPEndPoint to)
    {
        _sender.Connect(to);
        Thread.Sleep(Workload.Settle);
        byte[] message = new byte[MessageSize];
        long next = Stopwatch.GetTimestamp();
        for (int i = 0; i < _ages.Length; i++)
        {
            next += (long)(s_interval.TotalSeconds * Stopwatch.Frequency);
            TimeSpan left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), next);
            if (left > TimeSpan.Zero)
            {
                Thread.Sleep(left);
            }

            BinaryPrimitives.WriteInt64LittleEndian(message, Stopwatch.GetTimestamp());
            _sender.Send(message);
        }

        _sender.Shutdown(SocketShutdown.Send);
    }

    /// <summary>The task has read.</summary>
    /// <param name="read">Whole messages and the beginning of the next one.</param>
    /// <returns>How many bytes were whole messages.</returns>
    public int Take(ReadOnlySpan<byte> read)
    {
        long now = Stopwatch.GetTimestamp();
        int taken = 0;
        for (; read.Length - taken >= MessageSize && _received < _ages.Length; taken += MessageSize)
        {
            long sent = BinaryPrimitives.ReadInt64LittleEndian(read[taken..]);
            _ages[_received++] = (long)Stopwatch.GetElapsedTime(sent, now).TotalNanoseconds;
        }

        return taken;
    }

    /// <summary>All has been read.</summary>
    public void End() => _over = true;

    /// <summary>The measurement with the age that 999 of 1,000 messages do not exceed in the place of the time.</summary>
    public Sample Judge(Measurement measurement)
    {
        if (_received != _ages.Length)
        {
            throw new BenchException($"{_received} of {_ages.Length} messages arrived");
        }

        Array.Sort(_ages);
        return measurement.Stop(1) with { Nanos = _ages[(int)(_ages.Length * 0.999)] };
    }

    public void Dispose() => _sender.Dispose();
}
