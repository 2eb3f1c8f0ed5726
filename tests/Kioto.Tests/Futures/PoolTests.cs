using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Kioto.Tests;

[Collection(SerialCollection.Name)]
public sealed class PoolTests
{
    [Fact]
    public void No_local_of_a_finished_call_lives_on() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        WeakReference[] references = Finish(runtime);
        AssertCollected(references);
        GC.KeepAlive(runtime);
    });

    [Fact]
    public void No_local_of_an_aborted_or_dropped_call_lives_on() => Bounded.Run(() =>
    {
        WeakReference[] references = Abort();
        AssertCollected(references);
    });

    [Fact]
    public void Frames_rented_on_one_thread_and_returned_on_another_come_back() => Bounded.Run(SpawnFromAForeignThread);

    [Fact]
    public void A_burst_of_one_type_leaves_room_for_the_others() => Bounded.Run(() =>
    {
        using (Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread))
        {
            runtime.BlockOn(Deep(800_000));
        }

        SpawnFromAForeignThread();
    });

    private static async Future Deep(int depth)
    {
        await (depth == 0 ? Kio.YieldNow() : Deep(depth - 1));
    }

    private static void SpawnFromAForeignThread()
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        HashSet<object> sources = new(ReferenceEqualityComparer.Instance);
        const int Spawns = 20_000;
        for (int batch = 0; batch < Spawns / 100; batch++)
        {
            List<JoinHandle> handles = [];
            for (int i = 0; i < 100; i++)
            {
                Future future = Body();
                sources.Add(future.Source!);
                handles.Add(runtime.Spawn(future));
            }

            runtime.BlockOn(async () =>
            {
                foreach (JoinHandle handle in handles)
                {
                    await handle;
                }
            });
        }

        Assert.InRange(sources.Count, 1, 2_000);
    }

    [Fact]
    public void More_pooled_types_than_the_first_table_has_places_for_work() => Runtimes.Run(async () =>
    {
        // Each type argument makes a frame type, and so a pool, of its own.
        Assert.Equal(1, await Many<int, Many1<int>>(5));
        Assert.Equal(1, await Many<string, Many1<string>>(5));
    });

    private static async Future<int> Many<T, TNext>(int depth)
    {
        await Kio.YieldNow();
        return depth == 0 ? 1 : await Many<TNext, Many1<TNext>>(depth - 1);
    }

    private static void AssertCollected(WeakReference[] references)
    {
        // The thread that had it last may remember it for a while, in a register or on its stack.
        while (Array.Exists(references, static reference => reference.IsAlive))
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] Finish(Runtime runtime)
    {
        byte[] local = new byte[100];
        byte[] result = new byte[100];
        AsyncLocal<byte[]> flowing = new();
        byte[] value = new byte[100];
        runtime.BlockOn(async () =>
        {
            flowing.Value = value;
            await Kio.Spawn(Use(local, result));
            await Use(local, result);
            await Use(local, result).AsTask();
        });
        return [new WeakReference(local), new WeakReference(result), new WeakReference(value)];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] Abort()
    {
        byte[] aborted = new byte[100];
        byte[] dropped = new byte[100];
        Signal signal = new();
        using (Runtime runtime = Runtimes.Builder(RuntimeKind.OneWorker).CleanupGrace(TimeSpan.FromMilliseconds(20)).Build())
        {
            runtime.RunTask(async () =>
            {
                JoinHandle handle = Kio.Spawn(Hold(aborted, signal, swallow: false));
                await Expect.Until(() => signal.Polls > 0);
                handle.Abort();
                await handle.JoinAsync();
                _ = Kio.Spawn(Hold(dropped, new Signal(), swallow: true));
                await Kio.YieldNow();
            });
        }

        return [new WeakReference(aborted), new WeakReference(dropped)];
    }

    private static async Future<byte[]> Use(byte[] local, byte[] result)
    {
        await Kio.YieldNow();
        return local.Length == result.Length ? result : local;
    }

    private static async Future Hold(byte[] local, Signal signal, bool swallow)
    {
        while (true)
        {
            try
            {
                await signal.AsFuture();
            }
            catch (FutureCancelledException) when (swallow)
            {
            }

            GC.KeepAlive(local);
        }
    }

    private static async Future Body() => await Kio.YieldNow();

    private sealed class Many1<T>;
}
