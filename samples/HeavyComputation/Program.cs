// Heavy computation beside an async task that wakes every millisecond: how late does it wake?
// On Kioto the computation goes to the blocking pool and the workers stay free. On the .NET thread pool both share
// the same threads, and the task waits until a computation ends.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Kioto;

namespace HeavyComputation;

public static class Program
{
    private const int Computations = 4;
    private const int Limit = 1_000_000;

    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(1);

    public static void Main() => Run(Console.Out);

    public static void Run(TextWriter output)
    {
        // As many computations at once on either side: one a processor.
        int processors = Environment.ProcessorCount;
        using Runtime runtime = Runtime.CreateBuilder()
            .WorkerThreads(1)
            .MaxBlockingThreads(processors)
            .Build();

        int computations = Computations * processors;
        output.WriteLine($"{computations} computations on {processors} processors, and a task that wakes every millisecond");
        Print(output, "Kioto, SpawnBlocking", runtime.BlockOn(() => OnKioto(computations)));
        Print(output, ".NET thread pool", Task.Run(() => OnThreadPool(computations)).GetAwaiter().GetResult());
    }

    private static async Future<Result> OnKioto(int computations)
    {
        Latency latency = new();
        JoinHandle ticking = Kio.Spawn(async () =>
        {
            while (true)
            {
                long start = Stopwatch.GetTimestamp();
                await Kio.Sleep(s_period);
                latency.Add(start);
            }
        });

        List<JoinHandle<int>> computing = [];
        for (int i = 0; i < computations; i++)
        {
            computing.Add(Kio.SpawnBlocking(() => CountPrimes(Limit)));
        }

        int primes = 0;
        foreach (JoinHandle<int> handle in computing)
        {
            primes += await handle;
        }

        ticking.Abort();
        await ticking.JoinAsync();
        return new Result(primes, latency);
    }

    private static async Task<Result> OnThreadPool(int computations)
    {
        Latency latency = new();
        bool stop = false;
        Task ticking = Task.Run(async () =>
        {
            while (!stop)
            {
                long start = Stopwatch.GetTimestamp();
                await Task.Delay(s_period);
                latency.Add(start);
            }
        });

        List<Task<int>> computing = [];
        for (int i = 0; i < computations; i++)
        {
            computing.Add(Task.Run(() => CountPrimes(Limit)));
        }

        int primes = 0;
        foreach (Task<int> task in computing)
        {
            primes += await task;
        }

        stop = true;
        await ticking;
        return new Result(primes, latency);
    }

    // Trial division, because it is slow.
    private static int CountPrimes(int limit)
    {
        int count = 0;
        for (int candidate = 2; candidate < limit; candidate++)
        {
            bool prime = true;
            for (int divisor = 2; prime && divisor * divisor <= candidate; divisor++)
            {
                prime = candidate % divisor != 0;
            }

            count += prime ? 1 : 0;
        }

        return count;
    }

    private static void Print(TextWriter output, string name, Result result) => output.WriteLine(
        $"{name,-22} worst latency {result.Latency.Worst.TotalMilliseconds,8:F1} ms, " +
        $"{result.Latency.Wakes,5} wakes, {result.Primes} primes");

    private sealed record Result(int Primes, Latency Latency);

    /// <summary>How long after its time the task woke.</summary>
    private sealed class Latency
    {
        internal TimeSpan Worst { get; private set; }

        internal int Wakes { get; private set; }

        internal void Add(long start)
        {
            TimeSpan late = Stopwatch.GetElapsedTime(start) - s_period;
            Worst = late > Worst ? late : Worst;
            Wakes++;
        }
    }
}
