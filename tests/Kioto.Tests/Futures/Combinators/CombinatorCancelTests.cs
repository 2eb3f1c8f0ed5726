using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>Every small program of arms, cancelled at every step.</summary>
public sealed class CombinatorCancelTests
{
    private readonly ConcurrentQueue<Exception> _reports = [];

    public enum Combinator
    {
        Join,
        TryJoin,
        Select,
        SelectBiased,
        Timeout,
        WithCancellation,
        NestedJoin,
        NestedSelect,
    }

    private enum ArmKind
    {
        Leaf,
        Cleans,
        Swallows,
        FailsInCleanup,
        CannotBeCancelled,
        EndsAtOnce,
        EndsLater,
        FailsLater,
    }

    public static TheoryData<Combinator> Combinators => [.. Enum.GetValues<Combinator>()];

    [Theory]
    [MemberData(nameof(Combinators))]
    public void Every_finally_runs_once_before_the_task_has_ended(Combinator combinator) => Settle.Run(_reports, async () =>
    {
        ArmKind[] kinds = Enum.GetValues<ArmKind>();
        foreach (ArmKind a in kinds)
        {
            foreach (ArmKind b in kinds)
            {
                for (int step = 0; step < 6; step++)
                {
                    await Check(combinator, [a, b], step);
                }
            }
        }

        foreach (ArmKind[] arms in kinds.SelectMany(x => kinds.SelectMany(y => kinds.Select(z => (ArmKind[])[x, y, z]))))
        {
            for (int step = 0; step < 5; step++)
            {
                await Check(combinator, arms, step);
            }
        }
    });

    [Theory]
    [MemberData(nameof(Combinators))]
    public void The_pools_get_everything_back(Combinator combinator) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(RuntimeKind.CurrentThread).OnUnhandledFailure(_reports.Enqueue).Build();
        ArmKind[] kinds = Enum.GetValues<ArmKind>();
        foreach (ArmKind[] arms in kinds.SelectMany(x => kinds.Select(y => (ArmKind[])[x, y])))
        {
            for (int step = 0; step < 5; step++)
            {
                int epoch;
                int before;
                int after;
                do
                {
                    // As in the cancellation matrix: what the first run makes new, the second finds and gives back.
                    PoolShare.Trim(Ambient.Current);
                    epoch = Depot.TrimEpoch;
                    Pooled(arms, step);
                    before = Pooled(arms, step);
                    after = Pooled(arms, step);
                }
                while (epoch != Depot.TrimEpoch);

                Assert.True(after >= before, $"{before - after} pooled objects were lost: {combinator} of {string.Join(", ", arms)} at {step}");
            }
        }

        // Select begins with a random arm: which one is polled first must not matter.
        int Pooled(ArmKind[] arms, int step)
        {
            runtime.BlockOn(async () => await Check(combinator, arms, step));
            return Ambient.Current.Magazines.Sum(static magazine => magazine.Count);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.WithWorkers), MemberType = typeof(Runtimes))]
    public void Aborts_from_other_threads_land_anywhere(RuntimeKind kind)
    {
        int seed = Seed.Next();
        Settle.Run(kind, _reports, async () =>
        {
            Random random = new(seed);
            ArmKind[] kinds = Enum.GetValues<ArmKind>();
            Combinator[] combinators = Enum.GetValues<Combinator>();
            for (int i = 0; i < 1500; i++)
            {
                Program program = new();
                Combinator combinator = combinators[random.Next(combinators.Length)];
                ArmKind[] arms = [.. Enumerable.Range(0, 3).Select(_ => kinds[random.Next(kinds.Length)])];
                JoinHandle<int> handle = Kio.Spawn(async () => await program.Run(combinator, arms));
                int spins = random.Next(300);
                for (int spin = 0; spin < spins; spin++)
                {
                    Thread.SpinWait(10);
                }

                handle.Abort();
                program.Release();
                await handle.JoinAsync();
                Assert.Equal(program.Started, program.Ended);
            }
        });
    }

    [Fact]
    public void A_result_that_comes_in_spite_of_the_cancellation_is_handed_over_and_the_next_await_throws() =>
        Settle.Run(_reports, async () =>
        {
            foreach (Combinator combinator in Enum.GetValues<Combinator>())
            {
                TaskCompletionSource<int> first = new();
                TaskCompletionSource<int> second = new();
                int seen = -1;
                JoinHandle handle = Kio.Spawn(async () =>
                {
                    seen = await Run(combinator, [FromTask(first), FromTask(second)]);
                    await Kio.YieldNow();
                    seen = -2;
                });
                await Settle.Rounds();
                handle.Abort();
                await Settle.Rounds();
                Assert.False(handle.IsFinished);
                first.SetResult(5);
                await Settle.Rounds();
                second.SetResult(6);
                JoinResult result = await handle.JoinAsync();
                Assert.True(result.IsAborted);
                Assert.Equal(5, seen);
            }

            static async Future<int> FromTask(TaskCompletionSource<int> source) => await source.Task;
        });

    [Fact]
    public void An_abort_before_the_first_poll_starts_nothing() => Settle.Run(_reports, async () =>
    {
        foreach (Combinator combinator in Enum.GetValues<Combinator>())
        {
            Program program = new();
            JoinHandle<int> handle = Kio.Spawn(async () => await program.Run(combinator, [ArmKind.Cleans, ArmKind.EndsAtOnce]));
            handle.Abort();
            Assert.True((await handle.JoinAsync()).IsAborted);
            Assert.Equal(0, program.Started);
        }
    });

    [Fact]
    public void Cleanup_may_use_combinators_itself() => Settle.Run(_reports, async () =>
    {
        List<string> log = [];
        JoinHandle<(int, int, int)> handle = Kio.Spawn(async () => await Kio.Join(Clean("a"), Clean("b"), Clean("c")));
        await Settle.Rounds();
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.Equal(["a", "b", "c"], log.Order());

        async Future<int> Clean(string name)
        {
            try
            {
                return await new Signal().AsFuture();
            }
            finally
            {
                await Kio.Join(Kio.YieldNow(), Kio.Sleep(TimeSpan.FromTicks(1)));
                await Kio.Select(Kio.YieldNow(), new Signal().AsFuture());
                await Kio.YieldNow().Timeout(TimeSpan.FromHours(1));
                log.Add(name);
            }
        }
    });

    [Fact]
    public void The_shutdown_of_a_runtime_unwinds_all_arms() => Bounded.Run(() =>
    {
        foreach (Combinator combinator in Enum.GetValues<Combinator>())
        {
            Program program = new();
            using (Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers))
            {
                runtime.Spawn(async () => await program.Run(combinator, [ArmKind.Cleans, ArmKind.Cleans]));
                SpinWait spin = default;
                while (program.Started == 0)
                {
                    spin.SpinOnce();
                }
            }

            Assert.Equal(program.Started, program.Ended);
        }
    });

    private static async Future Check(Combinator combinator, ArmKind[] arms, int abortAt)
    {
        Program program = new();
        JoinHandle<int> handle = Kio.Spawn(async () => await program.Run(combinator, arms));
        await Settle.Rounds(abortAt);
        handle.Abort();
        await Settle.Rounds(abortAt);
        program.Release();
        JoinResult<int> result = await handle.JoinAsync();
        Assert.True(
            program.Started == program.Ended,
            $"{combinator} of {string.Join(", ", arms)}, abort at {abortAt}: {program.Started} started, {program.Ended} ended.");
        Assert.True(result.IsAborted || result.Exception is null or BoomException, $"{result.Exception}");
    }

    private static async Future<int> Run(Combinator combinator, Future<int>[] arms)
    {
        using CancellationTokenSource source = new();
        switch (combinator)
        {
            case Combinator.Join:
                return (await Arity.Join(arms))[0];
            case Combinator.TryJoin:
                return (await Arity.TryJoin(arms))[0];
            case Combinator.Select:
            case Combinator.SelectBiased:
                return (await Arity.Select(arms, combinator == Combinator.SelectBiased)).Value;
            case Combinator.Timeout:
                return (await Arity.Join(arms).Timeout(TimeSpan.FromHours(1)))[0];
            case Combinator.WithCancellation:
                return (await Arity.Join(arms).WithCancellation(source.Token))[0];
            case Combinator.NestedJoin:
                return (await Kio.Join(Arity.Join(arms), JoinTests.After(1, 1))).Item1[0];
            default:
                return (await Kio.Select(Arity.Select(arms), new Signal().AsFuture())).First.Value;
        }
    }

    private sealed class Program
    {
        private readonly TaskCompletionSource<int> _foreign = new();
        private readonly Signal _never = new();
        private int _started;
        private int _ended;

        internal int Started => Volatile.Read(ref _started);

        internal int Ended => Volatile.Read(ref _ended);

        internal void Release() => _foreign.TrySetResult(5);

        internal Future<int> Run(Combinator combinator, ArmKind[] arms) =>
            CombinatorCancelTests.Run(combinator, [.. arms.Select(Arm)]);

        private Future<int> Arm(ArmKind kind) => kind == ArmKind.Leaf ? new Signal().AsFuture() : Body(kind);

        private async Future<int> Body(ArmKind kind)
        {
            Interlocked.Increment(ref _started);
            try
            {
                switch (kind)
                {
                    case ArmKind.CannotBeCancelled:
                        return await _foreign.Task;
                    case ArmKind.EndsAtOnce:
                        return 1;
                    case ArmKind.EndsLater:
                        await Settle.Rounds(2);
                        return 2;
                    case ArmKind.FailsLater:
                        await Settle.Rounds(2);
                        throw new BoomException();
                    default:
                        return await new Signal().AsFuture();
                }
            }
            catch (OperationCanceledException) when (kind == ArmKind.Swallows)
            {
                await Kio.YieldNow();
                return 3;
            }
            finally
            {
                // The cancellation of one that could not be withdrawn, or that was here already, is thrown by this await.
                try
                {
                    await Settle.Rounds(kind == ArmKind.Cleans ? 3 : 1);
                }
                finally
                {
                    Interlocked.Increment(ref _ended);
                }

                if (kind == ArmKind.FailsInCleanup)
                {
                    Settle.Throw(new BoomException());
                }
            }
        }
    }
}
