using System;
using System.Diagnostics;
using Xunit;

namespace Kioto.LocalSetTests;

/// <summary>
/// Debug state machines are classes, so zero holds in Release only; Debug checks that the code runs. Code that has not
/// been optimized yet boxes awaiters: each case repeats until it allocates nothing, and fails if it never does.
/// </summary>
public class AllocationTests
{
    private const int Turns = 20_000;

#if DEBUG
    private static bool Optimized => false;
#else
    private static bool Optimized => true;
#endif

    [Fact]
    public void AYieldAllocatesNothing() => Check(async () =>
    {
        // Two tasks in turns, and the driving future itself.
        JoinHandle<long> first = Kio.SpawnLocal(Yield);
        JoinHandle<long> second = Kio.SpawnLocal(Yield);
        return await Yield() + await first + await second;
    });

    [Fact]
    public void AnAwaitOfAnAsyncFutureAllocatesNothing() => Check(async () => await Kio.SpawnLocal(async () =>
    {
        int value = await Step(0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Turns; i++)
        {
            value = await Step(value);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }));

    [Fact]
    public void AWakeAllocatesNothing() => Check(async () =>
    {
        Turnstile turnstile = new();
        JoinHandle<long> walking = Kio.SpawnLocal(async () =>
        {
            await turnstile.AsFuture();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Turns; i++)
            {
                await turnstile.AsFuture();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
        while (!walking.IsFinished)
        {
            turnstile.Turn();
            await Kio.YieldNow();
        }

        return await walking;
    });

    private static void Check(Func<Future<long>> bytesAllocated) => Bounded.Run(() =>
    {
        using LocalSet set = new();
        long start = Stopwatch.GetTimestamp();
        long bytes;
        do
        {
            bytes = set.BlockOn(bytesAllocated);
        }
        while (Optimized && bytes != 0 && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10));
        if (Optimized)
        {
            Assert.Equal(0, bytes);
        }
    });

    private static async Future<int> Step(int value)
    {
        await Kio.YieldNow();
        return value + 1;
    }

    private static async Future<long> Yield()
    {
        await Kio.YieldNow();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Turns; i++)
        {
            await Kio.YieldNow();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>Lets one await through at each turn.</summary>
    private sealed class Turnstile : IFuture<int>
    {
        private Waker _waker;
        private bool _turned;

        public Poll<int> Poll(ref PollContext context)
        {
            if (_turned)
            {
                _turned = false;
                return Poll<int>.Ready(0);
            }

            _waker = context.Waker;
            return Poll<int>.Pending;
        }

        internal void Turn()
        {
            _turned = true;
            _waker.Wake();
        }
    }
}
