using System;
using System.Diagnostics;
using System.Net;
using System.Threading;
using HdrHistogram;
using Kioto.Net;

namespace Kioto.Tool.Traffic;

/// <summary>A closed loop on every connection: a message goes out when the last one is back, whole.</summary>
/// <remarks>One worker, so that the histogram needs no lock; it is read when the worker has ended.</remarks>
internal sealed class Load : IDisposable
{
    private const long HighestNanos = 100_000_000_000;

    private readonly Runtime _runtime = Runtime.CreateBuilder().WorkerThreads(1).ThreadName("kioto-load").Build();
    private readonly LongHistogram _histogram = new(HighestNanos, 3);
    private readonly LoadOptions _options;
    private readonly Func<TcpStream, Exchange> _open;
    private Exception? _failure;
    private long _messages;
    private bool _counting;
    private bool _stopped;

    public Load(LoadOptions options)
    {
        _options = options;
        _open = options.Protocol == "http" ? stream => new HttpExchange(stream) : stream => new EchoExchange(stream, options.Size);
    }

    /// <summary>Messages so far, for a live display.</summary>
    public long Messages => Volatile.Read(ref _messages);

    /// <summary>The driver of the load's own runtime.</summary>
    public string DriverName => _runtime.Handle.DriverName;

    /// <summary>Runs to its end. Blocks.</summary>
    /// <param name="counting">Called when counting begins and when it ends, in its middle now and then.</param>
    /// <exception cref="LoadException">The server refused, closed or answered nonsense.</exception>
    public LoadResult Run(ILoadObserver counting)
    {
        for (int i = 0; i < _options.Connections; i++)
        {
            _runtime.Spawn(Connection());
        }

        Wait(_options.WarmUp, () => { });
        Volatile.Write(ref _counting, true);
        counting.Started();
        long start = Stopwatch.GetTimestamp();
        long before = Messages;
        Wait(_options.Counted, () => counting.Running(Messages - before, Stopwatch.GetElapsedTime(start)));
        long messages = Messages - before;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        counting.Ended();
        Volatile.Write(ref _counting, false);
        Volatile.Write(ref _stopped, true);
        _runtime.Dispose();
        return messages > 0 && _histogram.TotalCount > 0
            ? new LoadResult(
                messages / seconds, _histogram.GetMean() / 1000, Micros(50), Micros(99), Micros(99.9), Micros(100), messages)
            : throw (Volatile.Read(ref _failure) is { } failure ? Failed(failure) : new LoadException("no message came back"));
    }

    public void Dispose() => _runtime.Dispose();

    private LoadException Failed(Exception failure) => new($"{_options.Protocol} on port {_options.Port}: {failure.Message}");

    private double Micros(double percentile) => _histogram.GetValueAtPercentile(percentile) / 1000.0;

    private void Wait(TimeSpan time, Action tick)
    {
        long start = Stopwatch.GetTimestamp();
        while (time - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } rest)
        {
            if (Volatile.Read(ref _failure) is { } failure)
            {
                throw Failed(failure);
            }

            Thread.Sleep(rest < TimeSpan.FromMilliseconds(100) ? rest : TimeSpan.FromMilliseconds(100));
            tick();
        }
    }

    private async Future Connection()
    {
        try
        {
            using TcpStream stream = await TcpStream.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _options.Port));
            stream.NoDelay = true;
            Exchange exchange = _open(stream);
            while (!Volatile.Read(ref _stopped))
            {
                long sent = Stopwatch.GetTimestamp();
                await exchange.RunAsync();
                _messages++;
                if (Volatile.Read(ref _counting))
                {
                    _histogram.RecordValue(Math.Min((long)Stopwatch.GetElapsedTime(sent).TotalNanoseconds, HighestNanos));
                }
            }
        }
        catch (Exception e) when (TcpService.IsConnectionError(e) || e is LoadException)
        {
            if (!Volatile.Read(ref _stopped))
            {
                Interlocked.CompareExchange(ref _failure, e, null);
            }
        }
    }
}
