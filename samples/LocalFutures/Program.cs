// Lightweight futures on one thread: a LocalSet runs two tasks that talk through a mailbox without any lock.
// Prints what an await allocates (nothing, in Release) and how many threads took part.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using Kioto;

namespace LocalFutures;

public static class Program
{
    private const int Messages = 20_000;

    // Neither these nor the mailboxes are thread-safe: the tasks of a LocalSet share them all the same.
    private static readonly HashSet<int> s_threads = [];
    private static long s_sum;

    public static void Main() => Run(Console.Out);

    public static void Run(TextWriter output)
    {
        s_threads.Clear();
        using LocalSet set = new();

        // Code that the JIT has not optimized yet allocates: repeat until it has.
        long start = Stopwatch.GetTimestamp();
        long bytes;
        do
        {
            s_sum = 0;
            bytes = set.BlockOn(PingPong);
        }
        while (bytes > 0 && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(2));

        // Each message is answered: two mailbox awaits, and one of an async method.
        const int Awaits = Messages * 3;
        output.WriteLine($"{Messages} messages sent and answered, sum {s_sum}");
        output.WriteLine($"bytes allocated per await: {(double)bytes / Awaits:0.##}");
        output.WriteLine($"threads used: {s_threads.Count}");
    }

    private static async Future<long> PingPong()
    {
        Mailbox<int> pings = new();
        Mailbox<int> pongs = new();
        JoinHandle answering = Kio.SpawnLocal(() => Answer(pings, pongs));
        await Ask(pings, pongs, 0); // Both tasks are running, and the mailboxes have their first buffers.

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 1; i <= Messages; i++)
        {
            s_sum += await Ask(pings, pongs, i);
        }

        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        answering.Abort();
        await answering.JoinAsync();
        return bytes;
    }

    private static async Future<int> Ask(Mailbox<int> pings, Mailbox<int> pongs, int question)
    {
        pings.Send(question);
        return await pongs.AsFuture();
    }

    private static async Future Answer(Mailbox<int> pings, Mailbox<int> pongs)
    {
        while (true)
        {
            int question = await pings.AsFuture();
            s_threads.Add(Environment.CurrentManagedThreadId);
            pongs.Send(question * 2);
        }
    }
}
