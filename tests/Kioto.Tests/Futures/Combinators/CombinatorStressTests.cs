using System;
using System.Linq;
using System.Threading;

namespace Kioto.Tests;

/// <summary>Arms that other threads wake, all the time.</summary>
public sealed class CombinatorStressTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void No_wake_of_any_arm_is_lost(RuntimeKind kind)
    {
        int seed = Seed.Next();
        Bounded.Run(() =>
        {
            using Runtime runtime = Runtimes.Create(kind);
            Random random = new(seed);
            Signal[]? current = null;
            bool stop = false;
            Thread waker = new(() =>
            {
                Random order = new(seed);
                while (!Volatile.Read(ref stop))
                {
                    if (Interlocked.Exchange(ref current, null) is { } signals)
                    {
                        order.Shuffle(signals);
                        foreach (Signal signal in signals)
                        {
                            signal.WakeForNothing();
                            Thread.SpinWait(order.Next(40));
                            signal.Set(1);
                        }
                    }
                }
            })
            { IsBackground = true };
            waker.Start();
            runtime.RunTask(async () =>
            {
                for (int i = 0; i < 2000; i++)
                {
                    Signal[] signals = [.. Enumerable.Range(0, 3).Select(_ => new Signal())];
                    Future<int>[] arms = [.. signals.Select(s => s.AsFuture())];
                    Volatile.Write(ref current, signals);
                    switch (random.Next(4))
                    {
                        case 0:
                            Assert.Equal(3, (await Arity.Join(arms)).Sum());
                            break;
                        case 1:
                            Assert.Equal(1, (await Arity.Select(arms)).Value);
                            break;
                        case 2:
                            Assert.Equal(3, (await Arity.Join(arms).Timeout(TimeSpan.FromHours(1))).Sum());
                            break;
                        default:
                            await using (Pinned<int[]> pinned = Kio.Pin(Arity.Join(arms)))
                            {
                                while ((await Kio.Select(pinned, Kio.YieldNow())).Index != 0)
                                {
                                }
                            }

                            break;
                    }
                }
            });
            Volatile.Write(ref stop, true);
            waker.Join();
        });
    }

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Joins_of_joins_of_many(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Assert.Equal(1 << 8, await Tree(8));

        static async Future<int> Tree(int depth)
        {
            if (depth == 0)
            {
                await Kio.YieldNow();
                return 1;
            }

            (int left, int right) = await Kio.Join(Tree(depth - 1), Tree(depth - 1));
            return left + right;
        }
    });

    [Fact]
    public void A_deep_chain_may_end_in_a_join() => Runtimes.Run(RuntimeKind.TwoWorkers, async () =>
    {
        Assert.Equal(50_001, await Deep(50_000));
        Assert.Equal(50_002, (await Kio.Join(Deep(50_000), Deep(50_001))).Item2);

        static async Future<int> Deep(int depth)
        {
            if (depth > 0)
            {
                return await Deep(depth - 1) + 1;
            }

            (int one, int two) = await Kio.Join(JoinTests.After(1, 1), JoinTests.After(2, 0));
            return one + two;
        }
    });

    [Fact]
    public void Combinators_nested_without_end_fail_instead_of_overflowing_the_stack() => Bounded.Run(() =>
    {
        // .NET appends to the exception's trace at every level, which takes time by the square of their number.
        using Runtime runtime = Runtimes.Builder(RuntimeKind.TwoWorkers).ThreadStackSize(256 * 1024).Build();
        runtime.RunTask(async () =>
        {
            await Expect.Throws<InsufficientExecutionStackException>(async () => await Deep(1_000_000));

            static async Future<int> Deep(int depth)
            {
                (int one, int two) = await Kio.TryJoin(Deep(depth - 1), new Signal().AsFuture());
                return one + two;
            }
        });
    });
}
