// A runtime with four workers and at most eight threads in all: the other four are for closures that block.
// It runs short async tasks and blocking closures side by side, and prints which threads ran what.
using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Kioto;

namespace TunedRuntime;

public static class Program
{
    private const int Workers = 4;
    private const int Threads = 8;

    public static void Main() => Run(Console.Out);

    public static void Run(TextWriter output)
    {
        using Runtime runtime = Runtime.CreateBuilder()
            .WorkerThreads(Workers)
            .MaxThreads(Threads)
            .ThreadName("tuned")
            .ThreadKeepAlive(TimeSpan.FromSeconds(1))
            .Build();

        ConcurrentDictionary<int, string> asyncThreads = new();
        ConcurrentDictionary<int, string> blockingThreads = new();
        int running = 0;
        int mostRunning = 0;

        // Awaits twenty times, each time perhaps on another worker.
        async Future Hop()
        {
            for (int i = 0; i < 20; i++)
            {
                NoteThread(asyncThreads);
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            }
        }

        // Stands for a call that has no async form: a file system, a driver, an old library.
        void Block()
        {
            NoteThread(blockingThreads);
            Raise(ref mostRunning, Interlocked.Increment(ref running));
            Thread.Sleep(25);
            Interlocked.Decrement(ref running);
        }

        runtime.BlockOn(async () =>
        {
            List<JoinHandle> handles = [];
            for (int i = 0; i < 100; i++)
            {
                handles.Add(Kio.Spawn(Hop));
            }

            for (int i = 0; i < 16; i++)
            {
                handles.Add(Kio.SpawnBlocking(Block));
            }

            foreach (JoinHandle handle in handles)
            {
                await handle;
            }
        });

        output.WriteLine($"A runtime with {Workers} workers and at most {Threads} threads");
        output.WriteLine($"async tasks:       100 on {Describe(asyncThreads)}");
        output.WriteLine($"blocking closures: 16 on {Describe(blockingThreads)}");
        output.WriteLine($"most blocking closures at once: {mostRunning} (at most {Threads - Workers})");
        output.WriteLine($"threads that ran both: {asyncThreads.Keys.Intersect(blockingThreads.Keys).Count()}");
    }

    private static void NoteThread(ConcurrentDictionary<int, string> threads) =>
        threads[Environment.CurrentManagedThreadId] = Thread.CurrentThread.Name ?? "unnamed";

    private static string Describe(ConcurrentDictionary<int, string> threads) =>
        $"{threads.Count} threads ({string.Join(", ", threads.OrderBy(t => t.Key).Select(t => $"{t.Value} #{t.Key}"))})";

    private static void Raise(ref int maximum, int value)
    {
        int seen = Volatile.Read(ref maximum);
        while (value > seen)
        {
            int now = Interlocked.CompareExchange(ref maximum, value, seen);
            if (now == seen)
            {
                return;
            }

            seen = now;
        }
    }
}
