using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>Frames without handlers are dropped when they are cancelled; the others are thrown through. Nobody can tell.</summary>
[Collection(SerialCollection.Name)]
public sealed class DroppingTests
{
    [Fact]
    public void Only_methods_without_handlers_are_dropped()
    {
        Assert.True(Drops(Plain()));
        Assert.True(Drops(Generic("x")));
        Assert.True(Drops(Generic(1)));
        Assert.True(Drops(Looping([1, 2])));
        Assert.False(Drops(Finally()));
        Assert.False(Drops(Catching()));
        Assert.False(Drops(Using()));
        Assert.False(Drops(AwaitUsing()));
        Assert.False(Drops(Locking()));
        Assert.False(Drops(ForEach([1])));

        static bool Drops(Future future)
        {
            bool drops = future.Source!.CanDrop;
            future.Source.Abandon();
            return drops;
        }
    }

    [Fact]
    public void The_switch_makes_every_frame_throw()
    {
        Future plain = Plain();
        Throwing(() => Assert.False(plain.Source!.CanDrop));
        Assert.True(plain.Source!.CanDrop);
        plain.Source.Abandon();
    }

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Both_ways_have_the_same_outcome(RuntimeKind kind)
    {
        string dropped = Outcomes(kind);
        string thrown = "";
        Throwing(() => thrown = Outcomes(kind));
        Assert.Equal(thrown, dropped);
        Assert.Equal("aborted aborted aborted:finally aborted:catch FutureCancelledException result:7 aborted aborted:catch FutureCancelledException", dropped);
    }

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_dropped_frame_keeps_nothing_alive(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        WeakReference held = await Abort();
        await Expect.Until(() =>
        {
            GC.Collect(); // The thread that has dropped it may remember it yet.
            return !held.IsAlive;
        });

        [MethodImpl(MethodImplOptions.NoInlining)]
        static async Future<WeakReference> Abort()
        {
            object data = new();
            Signal signal = new();
            JoinHandle handle = Kio.Spawn(Hold(data, signal));
            await Expect.Until(() => signal.Polls > 0);
            handle.Abort();
            Assert.True((await handle.JoinAsync()).IsAborted);
            return new WeakReference(data);
        }

        static async Future Hold(object data, Signal signal)
        {
            await signal.AsFuture();
            GC.KeepAlive(data);
        }
    });

#if !DEBUG
    [Theory]
    [InlineData(RuntimeKind.CurrentThread)]
    [InlineData(RuntimeKind.OneWorker)]
    public void Cancelling_five_frames_allocates_nothing_beyond_the_task(RuntimeKind kind)
    {
        // Tiers settle in the background, and what that allocates is not ours: the least of several attempts counts.
        const int Tasks = 500;
        double plain = double.MaxValue;
        double deep = double.MaxValue;
        Runtimes.Run(kind, async () =>
        {
            for (int attempt = 0; attempt < 50 && !(plain < 200 && deep <= plain); attempt++)
            {
                plain = double.Min(plain, await Round(static () => Kio.YieldNow(), abort: false));
                deep = double.Min(deep, await Round(static () => Deep(4), abort: true));
                await Kio.Sleep(TimeSpan.FromMilliseconds(attempt < 5 ? 30 : 5));
            }
        });
        Assert.InRange(deep, 0, plain);

        static async Future<double> Round(Func<Future> body, bool abort)
        {
            long before = GC.GetTotalAllocatedBytes(true);
            for (int i = 0; i < Tasks; i++)
            {
                JoinHandle handle = Kio.Spawn(body());
                await Kio.YieldNow();
                if (abort)
                {
                    handle.Abort();
                }

                await handle.JoinAsync();
            }

            return (double)(GC.GetTotalAllocatedBytes(true) - before) / Tasks;
        }
    }
#endif

    private static string Outcomes(RuntimeKind kind)
    {
        List<string> outcomes = [];
        Runtimes.Run(kind, async () =>
        {
            string log = "";
            await Record(() => Deep(4));
            await Record(async () => await Deep(2));
            await Record(async () =>
            {
                try
                {
                    await Deep(3);
                }
                finally
                {
                    await Kio.YieldNow();
                    log += ":finally";
                }
            });
            await Record(async () =>
            {
                try
                {
                    await Deep(3);
                }
                catch (OperationCanceledException exception)
                {
                    log += ":catch " + exception.GetType().Name;
                    throw;
                }
            });
            await Record(async () =>
            {
                try
                {
                    await Deep(3);
                }
                catch (FutureCancelledException)
                {
                    log += ":7";
                }
            });
            await Record(static async Future () => { while (true) { await Kio.YieldNow(); } });
            await Record(async () =>
            {
                try
                {
                    while (true)
                    {
                        await Task.Delay(1);
                        await NestedDelay();
                    }
                }
                catch (OperationCanceledException exception)
                {
                    log += ":catch " + exception.GetType().Name;
                    throw;
                }
            });

            async Future Record(Func<Future> body)
            {
                log = "";
                bool begun = false;
                JoinHandle handle = Kio.Spawn(() =>
                {
                    Volatile.Write(ref begun, true);
                    return body();
                });
                await Expect.Until(() => Volatile.Read(ref begun));
                await Kio.Sleep(TimeSpan.FromMilliseconds(2));
                handle.Abort();
                JoinResult result = await handle.JoinAsync();
                outcomes.Add((result.IsAborted ? "aborted" : result.IsFaulted ? "faulted" : "result") + log);
            }
        });
        return string.Join(' ', outcomes);

        static async Future NestedDelay() => await Task.Delay(1);
    }

    private static void Throwing(Action body)
    {
        MachineTraits.AlwaysThrow = true;
        try
        {
            body();
        }
        finally
        {
            MachineTraits.AlwaysThrow = false;
        }
    }

    private static async Future Deep(int depth)
    {
        if (depth == 0)
        {
            await Kio.Sleep(Timeout.InfiniteTimeSpan);
            return;
        }

        await Deep(depth - 1);
    }

    private static async Future Plain() => await Kio.YieldNow();

    private static async Future Generic<T>(T value)
    {
        await Kio.YieldNow();
        GC.KeepAlive(value);
    }

    private static async Future Looping(int[] numbers)
    {
        foreach (int number in numbers)
        {
            await Kio.Sleep(TimeSpan.FromTicks(number));
        }
    }

    private static async Future Finally()
    {
        try
        {
            await Kio.YieldNow();
        }
        finally
        {
            GC.KeepAlive(null);
        }
    }

    private static async Future Catching()
    {
        try
        {
            await Kio.YieldNow();
        }
        catch (FormatException)
        {
        }
    }

    private static async Future Using()
    {
        using CancellationTokenSource source = new();
        await Kio.YieldNow();
    }

    private static async Future AwaitUsing()
    {
        await using CancellationTokenRegistration registration = default;
        await Kio.YieldNow();
    }

    private static async Future Locking()
    {
        object gate = new();
        lock (gate)
        {
            GC.KeepAlive(gate);
        }

        await Kio.YieldNow();
    }

    private static async Future ForEach(List<int> numbers)
    {
        foreach (int number in numbers)
        {
            await Kio.Sleep(TimeSpan.FromTicks(number));
        }
    }
}
