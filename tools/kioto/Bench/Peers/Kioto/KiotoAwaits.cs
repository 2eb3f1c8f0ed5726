using System.Threading;

namespace Kioto.Tool.Bench;

/// <summary>What calls cost: seven methods that suspend four times or never, a leaf under so many frames, a cancelled chain.</summary>
internal static class KiotoAwaits
{
    private static readonly AsyncLocal<string> s_local = new();
    private static long s_suspended;
    private static long s_cleaned;

    /// <summary>One operation is seven calls, of which four suspend once; each suspension goes through the scheduler.</summary>
    public static async Future<Sample> Pending(int ops)
    {
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            await Root(true);
        }

        return measurement.Stop(ops);
    }

    /// <summary>One operation is the same seven calls, which complete at once.</summary>
    public static async Future<Sample> Completed(int ops)
    {
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            await Root(false);
        }

        return measurement.Stop(ops);
    }

    /// <summary>The same under an execution context that isn't the default one, as under tracing.</summary>
    public static Future<Sample> InContext(bool pending, int ops)
    {
        return Run();

        async Future<Sample> Run()
        {
            s_local.Value = "request";
            return await (pending ? Pending(ops) : Completed(ops));
        }
    }

    /// <summary>One operation is one suspension and resumption under so many frames.</summary>
    public static async Future<Sample> Depth(int depth, int ops) =>
        depth == 1 ? await Yields(ops) : await Depth(depth - 1, ops);

    /// <summary>
    /// One operation cancels a task that is suspended five frames deep, the middle one perhaps with a finally, and waits
    /// for its end.
    /// </summary>
    public static async Future<Sample> Cancel(int ops, bool cleansUp)
    {
        s_suspended = 0;
        s_cleaned = 0;
        JoinHandle<int>[] handles = new JoinHandle<int>[ops];
        for (int i = 0; i < ops; i++)
        {
            handles[i] = Kio.Spawn(cleansUp ? Nested(4, 2) : Nested(4));
        }

        while (Volatile.Read(ref s_suspended) < ops)
        {
            await Kio.YieldNow();
        }

        await Kio.Sleep(Workload.Settle);
        Measurement measurement = Measurement.Start();
        foreach (JoinHandle<int> handle in handles)
        {
            handle.Abort();
        }

        foreach (JoinHandle<int> handle in handles)
        {
            await handle.JoinAsync();
        }

        Sample sample = measurement.Stop(ops);
        return Volatile.Read(ref s_cleaned) == (cleansUp ? ops : 0)
            ? sample
            : throw new BenchException("a finally did not run");
    }

    private static async Future<Sample> Yields(int ops)
    {
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            await Kio.YieldNow();
        }

        return measurement.Stop(ops);
    }

    private static async Future<int> Nested(int depth)
    {
        if (depth > 0)
        {
            return await Nested(depth - 1) + 1;
        }

        Interlocked.Increment(ref s_suspended);
        await Kio.Sleep(Timeout.InfiniteTimeSpan);
        return 0;
    }

    private static async Future<int> Nested(int depth, int cleansUpAt)
    {
        return await (depth - 1 == cleansUpAt ? Cleaning(depth - 1) : Nested(depth - 1, cleansUpAt)) + 1;
    }

    private static async Future<int> Cleaning(int depth)
    {
        try
        {
            return await Nested(depth - 1) + 1;
        }
        finally
        {
            Interlocked.Increment(ref s_cleaned);
        }
    }

    private static async Future<int> Root(bool suspend) => await Left(suspend) + await Right(suspend);

    private static async Future<int> Left(bool suspend) => await LeafA(suspend) + await LeafB(suspend);

    private static async Future<int> Right(bool suspend) => await LeafC(suspend) + await LeafD(suspend);

    private static async Future<int> LeafA(bool suspend)
    {
        if (suspend)
        {
            await Kio.YieldNow();
        }

        return 1;
    }

    private static async Future<int> LeafB(bool suspend)
    {
        if (suspend)
        {
            await Kio.YieldNow();
        }

        return 2;
    }

    private static async Future<int> LeafC(bool suspend)
    {
        if (suspend)
        {
            await Kio.YieldNow();
        }

        return 3;
    }

    private static async Future<int> LeafD(bool suspend)
    {
        if (suspend)
        {
            await Kio.YieldNow();
        }

        return 4;
    }
}
