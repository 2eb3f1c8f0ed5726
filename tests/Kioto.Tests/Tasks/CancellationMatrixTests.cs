using System;
using System.Collections.Generic;
using System.Linq;
using CancellationMatrix;

namespace Kioto.Tests;

/// <summary>Every small program, cancelled at each of its steps: the sample's matrix, with a look into the pools.</summary>
[Collection(SerialCollection.Name)]
public sealed class CancellationMatrixTests
{
    private static readonly Mode[] s_aborts = [Mode.WhileWaiting, Mode.ByItself];
    private static readonly Mode[] s_modes = [.. Matrix.AllModes, Mode.Redelivered];

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void Cleanup_runs_once_and_nothing_is_left_behind(RuntimeKind kind) => Run(kind, awaits: 1, s_modes, []);

    [Fact]
    public void So_on_two_workers_with_three_awaits() => Run(RuntimeKind.TwoWorkers, awaits: 3, [Mode.WhileWaiting], []);

    [Fact]
    public void Dropping_and_throwing_come_to_the_same()
    {
        List<string> dropped = Run(awaits: 3, s_aborts);
        List<string> droppedIn = Run(awaits: 2, s_modes);
        MachineTraits.AlwaysThrow = true;
        try
        {
            Assert.Equal(dropped, Run(awaits: 3, s_aborts));
            Assert.Equal(droppedIn, Run(awaits: 2, s_modes));
        }
        finally
        {
            MachineTraits.AlwaysThrow = false;
        }
    }

    [Theory]
    [InlineData(RuntimeKind.CurrentThread)]
    [InlineData(RuntimeKind.TwoWorkers)]
    public void A_runtime_that_is_disposed_lets_cleanup_run_once(RuntimeKind kind) => Bounded.RunCases(begin =>
    {
        foreach (MatrixCase @case in Matrix.Cases(awaits: kind == RuntimeKind.CurrentThread ? 2 : 1, [Mode.WhileWaiting]))
        {
            if (@case is { Step: >= 0, Loops: false } && @case.Ops.All(static op => op is Op.Leaf or Op.Task))
            {
                begin(@case);
                @case.RunAndDispose(Runtimes.Create(kind));
            }
        }
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_pools_get_everything_back(bool alwaysThrow)
    {
        MachineTraits.AlwaysThrow = alwaysThrow;
        try
        {
            Bounded.RunCases(Cases);
        }
        finally
        {
            MachineTraits.AlwaysThrow = false;
        }

        static void Cases(Action<object> begin)
        {
            using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
            foreach (MatrixCase @case in Matrix.Cases(awaits: 2, s_aborts).Concat(Matrix.Cases(awaits: 1, s_modes)))
            {
                int epoch;
                int before;
                int after;
                begin(@case);
                do
                {
                    // What the first run makes new, the second finds in the pools, and gives back: unless a
                    // collection has emptied them meanwhile.
                    PoolShare.Trim(Ambient.Current);
                    epoch = Depot.TrimEpoch;
                    Pooled(runtime, @case);
                    before = Pooled(runtime, @case);
                    after = Pooled(runtime, @case);
                }
                while (epoch != Depot.TrimEpoch);

                Assert.True(after >= before, $"{before - after} pooled objects were lost: {@case}");
            }
        }
    }

    // How many objects this thread's pools hold after the case.
    private static int Pooled(Runtime runtime, MatrixCase @case)
    {
        runtime.BlockOn(async () => await @case.Run(Grace.End));
        return Ambient.Current.Magazines.Sum(static magazine => magazine.Count);
    }

    private static List<string> Run(int awaits, Mode[] modes)
    {
        List<string> logs = [];
        Run(RuntimeKind.CurrentThread, awaits, modes, logs);
        return logs;
    }

    private static void Run(RuntimeKind kind, int awaits, Mode[] modes, List<string> logs) => Bounded.RunCases(begin =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        runtime.RunTask(async () =>
        {
            foreach (MatrixCase @case in Matrix.Cases(awaits, modes))
            {
                begin(@case);
                logs.Add($"{@case}: {await @case.Run(Grace.End)}");
            }
        });
    });
}
