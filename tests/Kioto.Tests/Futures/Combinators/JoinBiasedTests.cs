using System;
using System.Collections.Generic;

namespace Kioto.Tests;

/// <summary>Joins whose arms are polled in their order.</summary>
public sealed class JoinBiasedTests
{
    public static TheoryData<string> Kinds => ["join", "try", "many", "try many", "all", "try all", "eight", "try eight"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_turn_begins_with_the_first_arm(string kind) => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        List<int> polls = [];
        await Join(kind, arm => Arm(arm, polls));
        int arms = kind.EndsWith("eight", StringComparison.Ordinal) ? 8 : 2;
        List<int> expected = [];
        for (int turn = 0; turn < 4; turn++)
        {
            for (int arm = 0; arm < arms; arm++)
            {
                expected.Add(arm);
            }
        }

        Assert.Equal(expected, polls);

        // The pooled object is as good as new for a fair join.
        polls.Clear();
        await Kio.Join(Arm(0, polls), Arm(1, polls));
        Assert.Equal([0, 1, 1, 0, 0, 1, 1, 0], polls);
    });

    [Fact]
    public void The_first_failure_is_thrown_and_cancels_only_where_told_to() => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        bool ended = false;
        await Expect.Throws<BoomException>(async () => await Kio.JoinBiased(Settle.Fails(1, new BoomException()), Slow()));
        Assert.True(ended);
        ended = false;
        await Expect.Throws<BoomException>(async () => await Kio.TryJoinBiased(Settle.Fails(1, new BoomException()), Slow()));
        Assert.False(ended);

        async Future<int> Slow()
        {
            await Settle.Rounds(5);
            ended = true;
            return 1;
        }
    });

    [Fact]
    public void Results_come_in_the_order_of_the_arms() => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        Assert.Equal((1, "a"), await Kio.JoinBiased(Future.FromResult(1), Future.FromResult("a")));
        int[] both = await Kio.TryJoinBiased([Future.FromResult(1), Future.FromResult(2)]);
        Assert.Equal([1, 2], both);
        await Kio.JoinBiased();
        Assert.Throws<ArgumentNullException>(() => Kio.JoinBiased((IEnumerable<Future>)null!));
        Assert.Throws<ArgumentNullException>(() => Kio.TryJoinBiased((IEnumerable<Future<int>>)null!));
    });

    private static Future Join(string kind, Func<int, Future<int>> arm) => kind switch
    {
        "join" => Of(Kio.JoinBiased(arm(0), arm(1))),
        "try" => Of(Kio.TryJoinBiased(arm(0), arm(1))),
        "many" => Kio.JoinBiased(Of(arm(0)), Of(arm(1))),
        "try many" => Kio.TryJoinBiased(new List<Future> { Of(arm(0)), Of(arm(1)) }),
        "all" => Of(Kio.JoinBiased([arm(0), arm(1)])),
        "try all" => Of(Kio.TryJoinBiased([arm(0), arm(1)])),
        "eight" => Of(Kio.JoinBiased(arm(0), arm(1), arm(2), arm(3), arm(4), arm(5), arm(6), arm(7))),
        _ => Of(Kio.TryJoinBiased(arm(0), arm(1), arm(2), arm(3), arm(4), arm(5), arm(6), arm(7))),
    };

    private static async Future Of<T>(Future<T> future) => await future;

    // Ready at its fourth poll; asks for the next one each time.
    private static Future<int> Arm(int number, List<int> polls)
    {
        int turn = 0;
        return Kio.PollFn((ref PollContext context) =>
        {
            polls.Add(number);
            if (++turn == 4)
            {
                return Poll<int>.Ready(number);
            }

            context.Waker.Wake();
            return Poll<int>.Pending;
        });
    }
}
