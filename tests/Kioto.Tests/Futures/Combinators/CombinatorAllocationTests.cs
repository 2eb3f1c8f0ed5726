#if !DEBUG
using System;
using System.Threading;

namespace Kioto.Tests;

/// <summary>What combinators allocate: nothing, in steady state.</summary>
[Collection(SerialCollection.Name)]
public sealed class CombinatorAllocationTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_select_of_leaves_allocates_nothing(RuntimeKind kind) => Allocations.AssertNothing(kind, async count =>
    {
        for (int i = 0; i < count; i++)
        {
            switch (await Kio.Select(Kio.YieldNow(), Kio.Sleep(TimeSpan.FromHours(1))))
            {
                case { Index: 0 }:
                    break;
                default:
                    throw new InvalidOperationException();
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_select_of_frames_allocates_nothing(RuntimeKind kind) => Allocations.AssertNothing(kind, async count =>
    {
        for (int i = 0; i < count; i++)
        {
            switch (await Kio.SelectBiased(AtOnce(i), Later(i), Kio.YieldNow()))
            {
                case { Index: 0, First: int value } when value == i:
                    break;
                default:
                    throw new InvalidOperationException();
            }
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_select_with_a_pinned_future_allocates_nothing(RuntimeKind kind)
    {
        Pinned<Unit> pinned = Kio.Pin(Kio.Sleep(Timeout.InfiniteTimeSpan));
        Allocations.AssertNothing(kind, async count =>
        {
            for (int i = 0; i < count; i++)
            {
                await Kio.Select(pinned, Kio.YieldNow());
                await Kio.Select(pinned.When((i & 1) != 0), Kio.YieldNow());
            }
        });
    }

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_join_allocates_nothing(RuntimeKind kind) => Allocations.AssertNothing(kind, async count =>
    {
        for (int i = 0; i < count; i++)
        {
            (int a, int b, int c) = await Kio.Join(Later(i), AtOnce(i), Future.FromResult(i));
            (a, b) = await Kio.TryJoin(Later(i), Later(i));
            await Kio.Join(Kio.YieldNow(), Kio.YieldNow(), Kio.YieldNow());
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Limits_allocate_nothing(RuntimeKind kind)
    {
        using CancellationTokenSource source = new();
        CancellationToken token = source.Token;
        Allocations.AssertNothing(kind, async count =>
        {
            for (int i = 0; i < count; i++)
            {
                await Later(i).Timeout(TimeSpan.FromHours(1));
                await Kio.YieldNow().WithCancellation(token);
            }
        });
    }

    private static async Future<int> Later(int value)
    {
        await Kio.YieldNow();
        return value;
    }

    private static async Future<int> AtOnce(int value)
    {
        await Future.Completed;
        return value;
    }
}
#endif
