using System;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tool.Bench;

/// <summary>Deep chains of calls, cancelled ones, and tasks that are parked.</summary>
internal static class DotnetChains
{
    private static readonly AsyncLocal<string> s_local = new();
    private static readonly Pause s_pause = new();
    private static long s_cleaned;

    /// <summary>One operation is one suspension and resumption, by hand, under so many frames.</summary>
    public static Sample Depth(int depth, int ops)
    {
        Task task = Under(depth, ops + 1);
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            s_pause.Resume();
        }

        Sample sample = measurement.Stop(ops);
        s_pause.Resume();
        task.GetAwaiter().GetResult();
        return sample;
    }

    /// <summary>Runs a benchmark under an execution context that isn't the default one.</summary>
    public static Sample InContext(Func<Sample> work)
    {
        s_local.Value = "request";
        try
        {
            return work();
        }
        finally
        {
            s_local.Value = null!;
        }
    }

    /// <summary>
    /// One operation cancels a task that is suspended five frames deep by its token, the middle one perhaps with a
    /// finally, and waits for its end: an exception is thrown through all frames.
    /// </summary>
    public static async Task<Sample> Cancel(int ops, bool cleansUp)
    {
        s_cleaned = 0;
        CancellationTokenSource[] sources = new CancellationTokenSource[ops];
        Task[] tasks = new Task[ops];
        for (int i = 0; i < ops; i++)
        {
            sources[i] = new CancellationTokenSource();
            tasks[i] = cleansUp ? Nested(4, 2, sources[i].Token) : Nested(4, sources[i].Token);
        }

        Measurement measurement = Measurement.Start();
        foreach (CancellationTokenSource source in sources)
        {
            source.Cancel();
        }

        foreach (Task task in tasks)
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Sample sample = measurement.Stop(ops);
        return Volatile.Read(ref s_cleaned) == (cleansUp ? ops : 0)
            ? sample
            : throw new BenchException("a finally did not run");
    }

    /// <summary>One operation is one parked task. Its bytes are what it keeps, not what was allocated.</summary>
    public static Sample Park(int ops)
    {
        // Each waits for a leaf of its own, as a task of Kioto does: many on one Task would share its list.
        TaskCompletionSource[] gates = new TaskCompletionSource[ops];
        Task[] tasks = new Task[ops];
        HeldMemory memory = HeldMemory.Start();
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            gates[i] = new TaskCompletionSource();
            tasks[i] = Wait(gates[i].Task);
        }

        Sample sample = measurement.Stop(ops) with { Bytes = memory.Stop() };
        foreach (TaskCompletionSource gate in gates)
        {
            gate.SetResult();
        }

        Task.WaitAll(tasks);
        return sample;
    }

    private static async Task Wait(Task gate) => await gate;

    private static async Task Under(int depth, int ops)
    {
        if (depth > 1)
        {
            await Under(depth - 1, ops);
            return;
        }

        for (int i = 0; i < ops; i++)
        {
            await s_pause;
        }
    }

    private static async Task<int> Nested(int depth, int cleansUpAt, CancellationToken token) =>
        await (depth - 1 == cleansUpAt ? Cleaning(depth - 1, token) : Nested(depth - 1, cleansUpAt, token)) + 1;

    private static async Task<int> Cleaning(int depth, CancellationToken token)
    {
        try
        {
            return await Nested(depth - 1, token) + 1;
        }
        finally
        {
            Interlocked.Increment(ref s_cleaned);
        }
    }

    private static async Task<int> Nested(int depth, CancellationToken token)
    {
        if (depth > 0)
        {
            return await Nested(depth - 1, token) + 1;
        }

        await Task.Delay(Timeout.Infinite, token);
        return 0;
    }
}
