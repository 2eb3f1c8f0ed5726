using System.Collections.Generic;
using System.Linq;
using CancellationMatrix;

namespace Kioto.Tests;

/// <summary>Every small program, cancelled at each of its steps: the sample's matrix, with a look into the pools.</summary>
[Collection(SerialCollection.Name)]
public sealed class CancellationMatrixTests
{
    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void Cleanup_runs_once_and_nothing_is_left_behind(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        foreach (MatrixCase @case in Matrix.Cases(awaits: 2))
        {
            await @case.Run();
        }
    });

    [Fact]
    public void Dropping_and_throwing_come_to_the_same()
    {
        List<string> dropped = Run(awaits: 3);
        MachineTraits.AlwaysThrow = true;
        try
        {
            Assert.Equal(dropped, Run(awaits: 3));
        }
        finally
        {
            MachineTraits.AlwaysThrow = false;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_pools_get_everything_back(bool alwaysThrow)
    {
        MachineTraits.AlwaysThrow = alwaysThrow;
        try
        {
            Bounded.Run(() =>
            {
                using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
                foreach (MatrixCase @case in Matrix.Cases(awaits: 2))
                {
                    int epoch;
                    int before;
                    int after;
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
            });
        }
        finally
        {
            MachineTraits.AlwaysThrow = false;
        }
    }

    // How many objects this thread's pools hold after the case.
    private static int Pooled(Runtime runtime, MatrixCase @case)
    {
        runtime.BlockOn(async () => await @case.Run());
        return Ambient.Current.Magazines.Sum(static magazine => magazine.Count);
    }

    private static List<string> Run(int awaits)
    {
        List<string> logs = [];
        Bounded.Run(() =>
        {
            using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
            runtime.BlockOn(async () =>
            {
                foreach (MatrixCase @case in Matrix.Cases(awaits))
                {
                    logs.Add($"{@case}: {await @case.Run()}");
                }
            });
        });
        return logs;
    }
}
