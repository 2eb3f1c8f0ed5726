using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Kioto.Tests;

/// <summary>What the pools keep after a burst.</summary>
[Collection(SerialCollection.Name)]
public sealed class PoolBoundTests
{
    private const int Burst = 200_000;
    private const int IdleThreads = 48;

    private static readonly Action<Ambient>[] s_fillers =
    [
        Fill<byte>, Fill<sbyte>, Fill<short>, Fill<ushort>, Fill<int>, Fill<uint>, Fill<long>, Fill<ulong>, Fill<char>,
        Fill<bool>, Fill<float>, Fill<double>, Fill<decimal>, Fill<Guid>, Fill<DateTime>, Fill<DateTimeOffset>,
        Fill<TimeSpan>, Fill<DateOnly>, Fill<TimeOnly>, Fill<Half>, Fill<Int128>, Fill<UInt128>, Fill<Range>, Fill<Index>,
    ];

    [Fact]
    public void A_burst_of_large_objects_leaves_no_more_than_the_bound() => Bounded.Run(() =>
    {
        Ambient ambient = Ambient.Current;
        Assert.InRange(SourcePool<Large>.ObjectSize, Block.Bytes, Block.Bytes + 100);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        int epoch;
        long total;
        do
        {
            // The collection above has the pools trimmed, by the finalizer's thread and perhaps only now.
            epoch = Depot.TrimEpoch;
            RentAndReturn<Large>(ambient, Burst);
            total = Depot.TotalBytes;
        }
        while (epoch != Depot.TrimEpoch);

        Assert.InRange(total, Depot.MaxBytes - (1 << 20), Depot.MaxBytes);
        Assert.Equal(SourcePool<Large>.MagazineSize, MostInOneMagazine(ambient));

        // The bound is of real memory: Burst objects are three times as much.
        long kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(kept, long.MinValue, Depot.MaxBytes + (4 << 20));
        Forget(ambient);
    });

    [Fact]
    public void Pools_of_many_kinds_on_many_threads_keep_no_more_than_the_bound_and_idle_ones_nothing() => Bounded.Run(() =>
    {
        // 48 threads that stay idle with 64 objects each of 24 kinds, of more than 1 KiB: 80 MiB, all in magazines.
        using Barrier filled = new(IdleThreads + 1);
        using ManualResetEventSlim end = new();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long magazines = 0; // Of every type that this process has pooled so far, on each thread: they are not what is pooled.
        Thread[] threads = new Thread[IdleThreads];
        for (int i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(() =>
            {
                foreach (Action<Ambient> fill in s_fillers)
                {
                    fill(Ambient.Current);
                }

                Interlocked.Add(ref magazines, (long)Ambient.Current.Magazines.Length * Unsafe.SizeOf<Magazine>());
                filled.SignalAndWait();
                end.Wait();
            })
            { IsBackground = true };
            threads[i].UnsafeStart();
        }

        filled.SignalAndWait();
        Assert.InRange(Depot.TotalBytes, 1, Depot.MaxBytes);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before - magazines, long.MinValue, Depot.MaxBytes + (2 << 20));
        for (int i = 0; i < 20; i++)
        {
            SpinUntilTrimmed(Depot.TrimEpoch);
        }

        Assert.InRange(Depot.TotalBytes, 0, 1 << 20);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 4 << 20);
        end.Set();
        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        GC.KeepAlive(threads);
    });

    [Fact]
    public void Where_the_bound_is_reached_the_garbage_collector_gets_what_comes_back() => Bounded.Run(() =>
    {
        Forget(Ambient.Current);
        long taken = 0;
        for (long step = Depot.MaxBytes; step >= 64;)
        {
            if (Depot.TryReserve(step))
            {
                taken += step;
            }
            else
            {
                step /= 2;
            }
        }

        Ambient ambient = Ambient.Current;
        RentAndReturn<LargeOf<Version>>(ambient, 1000);
        Assert.InRange(Depot.TotalBytes, taken, Depot.MaxBytes);
        Assert.Equal(0, MostInOneMagazine(ambient));
        Depot.Release(taken);
        RentAndReturn<LargeOf<Version>>(ambient, 1000);
        Assert.NotEqual(0, MostInOneMagazine(ambient));
        Forget(ambient);
    });

    [Fact]
    public void Threads_that_are_gone_reserve_nothing() => Bounded.Run(() =>
    {
        for (int i = 0; i < 100; i++)
        {
            Thread thread = new(static () => RentAndReturn<Large>(Ambient.Current, 1));
            thread.UnsafeStart();
            thread.Join();
        }

        SpinUntilTrimmed(Depot.TrimEpoch);
        Forget(Ambient.Current);
        Assert.InRange(Depot.TotalBytes, 0, 1 << 20);
    });

    [Fact]
    public void Bridges_and_work_items_are_let_go_by_idle_threads() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        List<WeakReference> pooled = Use(runtime);
        Assert.NotEmpty(pooled);
        while (pooled.Exists(static each => each.IsAlive))
        {
            SpinUntilTrimmed(Depot.TrimEpoch); // The worker that had one last may remember it for a while.
        }

        GC.KeepAlive(runtime);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static List<WeakReference> Use(Runtime runtime)
        {
            List<WeakReference> pooled = [];
            runtime.RunTask(async () =>
            {
                await Foreign();
                TaskHeader action = Ambient.Current.FreeActions.Head ?? await Act();
                pooled.Add(new WeakReference(action));
                pooled.Add(new WeakReference(await Post()));
                for (int i = 0; Bridge.Pooled(i) is { } bridge; i++)
                {
                    pooled.Add(new WeakReference(bridge));
                }
            });
            return pooled;
        }

        static async System.Threading.Tasks.Task Foreign() => await Kio.YieldNow();

        static async Future<TaskHeader> Act()
        {
            bool ran = false;
            QueuedAction.Queue(Ambient.Current.Scheduler!, _ => ran = true, null);
            while (!ran || Ambient.Current.FreeActions.Head is null)
            {
                await Kio.YieldNow();
            }

            return Ambient.Current.FreeActions.Head;
        }

        static async Future<TaskHeader> Post()
        {
            while (Ambient.Current.FreePosts.Head is null)
            {
                SynchronizationContext.Current!.Post(static _ => { }, null);
                await Kio.YieldNow();
            }

            return Ambient.Current.FreePosts.Head;
        }
    });

    [Fact]
    public void A_burst_of_frames_of_many_kinds_leaves_no_more_than_the_bound() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        runtime.RunTask(async () =>
        {
            List<JoinHandle> handles = [];
            for (int i = 0; i < 20_000; i++)
            {
                handles.Add(Kio.Spawn(Hold<long>(default)));
                handles.Add(Kio.Spawn(Hold<Block>(default)));
            }

            foreach (JoinHandle handle in handles)
            {
                await handle;
            }
        });
        Assert.InRange(Depot.TotalBytes, 0, Depot.MaxBytes);
        Forget(Ambient.Current);
    });

#if !DEBUG
    [Fact]
    public void A_frames_size_counts_its_state_machine()
    {
        Future future = Hold<Block>(default);
        Assert.InRange((int)SizeOf(future.Source!.GetType()), Block.Bytes, 2 * Block.Bytes);
        Future small = Hold<long>(default);
        Assert.InRange((int)SizeOf(small.Source!.GetType()), 80, 200);

        static object SizeOf(Type frame) => typeof(SourcePool<>).MakeGenericType(frame)
            .GetProperty("ObjectSize", System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!
            .GetValue(null)!;
    }
#endif

    [Fact]
    public void Full_collections_empty_the_depots_and_the_magazines() => Bounded.Run(() =>
    {
        Ambient ambient = Ambient.Current;
        RentAndReturn<Large>(ambient, 20_000);
        Assert.True(Depot.TotalBytes > 10 << 20);
        int epoch = Depot.TrimEpoch;
        long before = Depot.TotalBytes;
        SpinUntilTrimmed(epoch);
        Assert.InRange(Depot.TotalBytes, 0, before * 3 / 4);
        Forget(ambient);
        Assert.InRange(Depot.TotalBytes, 0, 1 << 20);
        Assert.Equal(0, MostInOneMagazine(ambient));
    });

    [Fact]
    public void A_thread_that_does_nothing_more_lets_its_magazines_go_too() => Bounded.Run(() =>
    {
        Ambient ambient = Ambient.Current;
        WeakReference pooled = Pooled(ambient);
        int epoch = Depot.TrimEpoch;
        SpinUntilTrimmed(epoch);
        for (int i = 0; i < 5 && pooled.IsAlive; i++)
        {
            GC.Collect();
        }

        Assert.False(pooled.IsAlive);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Pooled(Ambient ambient)
        {
            Large source = SourcePool<Large>.Rent(ambient);
            SourcePool<Large>.Return(ambient, source);
            return new WeakReference(source);
        }
    });

#if DEBUG
    [Fact]
    public void A_source_that_is_returned_twice_is_found_out() => Bounded.Run(() =>
    {
        Ambient ambient = Ambient.Current;
        Small source = SourcePool<Small>.Rent(ambient);
        SourcePool<Small>.Return(ambient, source);
        Assert.Contains("returned", Assert.Throws<InvalidOperationException>(() => SourcePool<Small>.Return(ambient, source)).Message);
    });

    [Fact]
    public void A_source_that_two_would_own_is_found_out() => Bounded.Run(() =>
    {
        // As after a double return that nobody noticed: it lies in the magazine twice. No collection before it is to
        // have the magazines replaced meanwhile.
        GC.WaitForPendingFinalizers();
        Ambient ambient = Ambient.Current;
        Small source = SourcePool<Small>.Rent(ambient);
        Ownership.End(source);
        int index = IndexOfFullest(ambient, source);
        ref Magazine magazine = ref ambient.Magazines[index];
        source.Parent = source;
        magazine.Head = source;
        magazine.Room = magazine.Capacity - 2;
        Assert.Same(source, SourcePool<Small>.Rent(ambient));
        magazine.Head = source;
        Assert.Throws<InvalidOperationException>(() => SourcePool<Small>.Rent(ambient));
        magazine.Head = null;
        magazine.Room = magazine.Capacity;
    });

    [Fact]
    public void A_pooled_task_that_is_returned_twice_or_runs_in_its_pool_is_found_out() => Bounded.Run(() =>
    {
        Bridge bridge = new();
        Assert.Contains("returned", Assert.Throws<InvalidOperationException>(() => Ownership.End(bridge)).Message);
        Ownership.Begin(bridge);
        Assert.Contains("in use", Assert.Throws<InvalidOperationException>(() => Ownership.Begin(bridge)).Message);
        Ownership.End(bridge);
        bridge.Slot = 0; // As if a scheduler knew it: one that it knows not, and that closes, is not run at all.
        Assert.Throws<InvalidOperationException>(() => bridge.Run(Ambient.Current));
        QueuedAction action = new() { Slot = 0 };
        Assert.Throws<InvalidOperationException>(() => action.Run(Ambient.Current));
    });

    [Fact]
    public void A_frame_that_runs_while_it_lies_in_its_pool_is_found_out() => Bounded.Run(() =>
    {
        Ambient ambient = Ambient.Current;
        FutureSource frame = Hold<long>(0).Source!;
        frame.Abandon();
        Assert.Throws<InvalidOperationException>(() => frame.Resume(ambient));
    });

    private static int IndexOfFullest(Ambient ambient, Small source)
    {
        // Returning it shows which magazine is its own.
        int[] before = [.. Counts(ambient)];
        Ownership.Begin(source);
        SourcePool<Small>.Return(ambient, source);
        int[] after = [.. Counts(ambient)];
        for (int i = 0; i < after.Length; i++)
        {
            if (after[i] != (i < before.Length ? before[i] : 0))
            {
                return i;
            }
        }

        throw new InvalidOperationException();
    }

    private static IEnumerable<int> Counts(Ambient ambient)
    {
        foreach (Magazine magazine in ambient.Magazines)
        {
            yield return magazine.Count;
        }
    }
#endif

    private static async Future Hold<T>(T value)
    {
        await Kio.YieldNow();
        GC.KeepAlive(Use(ref value));

        static string Use(ref T value) => Unsafe.IsNullRef(ref value) ? "" : "used";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RentAndReturn<TSource>(Ambient ambient, int count)
        where TSource : FutureSource, new()
    {
        TSource[] rented = new TSource[count];
        for (int i = 0; i < count; i++)
        {
            rented[i] = SourcePool<TSource>.Rent(ambient);
        }

        foreach (TSource source in rented)
        {
            SourcePool<TSource>.Return(ambient, source);
        }
    }

    private static void Fill<T>(Ambient ambient) => RentAndReturn<LargeOf<T>>(ambient, SourcePool<Large>.MagazineSize);

    private static int MostInOneMagazine(Ambient ambient)
    {
        int most = 0;
        foreach (Magazine magazine in ambient.Magazines)
        {
            most = int.Max(most, magazine.Count);
        }

        return most;
    }

    // For the tests that come after.
    private static void Forget(Ambient ambient)
    {
        for (int i = 0; i < 20; i++)
        {
            SpinUntilTrimmed(Depot.TrimEpoch);
        }

        PoolShare.Trim(ambient);
    }

    // The depots learn of a full collection through a finalizer, whose object must have become old first.
    private static void SpinUntilTrimmed(int epoch)
    {
        while (Depot.TrimEpoch == epoch)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    [InlineArray(Bytes)]
    private struct Block
    {
        internal const int Bytes = 1024;

        private byte _first;
    }

    private abstract class Source : ResultSource<int>
    {
        internal override bool Start(uint token, Ambient ambient) => throw new NotSupportedException();

        internal override void Attach(FutureSource? awaiting, Strand strand) => throw new NotSupportedException();

        internal override void Resume(Ambient ambient) => throw new NotSupportedException();

        internal override void Abandon() => throw new NotSupportedException();

        private protected override void Recycle(Ambient ambient) => throw new NotSupportedException();
    }

    private sealed class Small : Source;

    private sealed class LargeOf<T> : Source
    {
        internal Block Block;

        public LargeOf() => Block[Environment.CurrentManagedThreadId % Block.Bytes] = (byte)typeof(T).Name.Length;
    }

    private sealed class Large : Source
    {
        internal Block Block;

        public Large() => Block[Environment.CurrentManagedThreadId % Block.Bytes] = 1;
    }
}
