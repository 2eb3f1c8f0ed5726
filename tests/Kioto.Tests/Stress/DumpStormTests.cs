using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Kioto.Tests;

/// <summary>Dumps taken in a loop while tasks are spawned, woken, aborted and recycled never crash, and never lie.</summary>
[Collection(SerialCollection.Name)]
public sealed class DumpStormTests
{
    private const int Dumps = 150;

    // Each kind of task has methods and leaves of its own: a frame that is shown in a task of another kind is a lie.
    private static readonly Dictionary<string, (string[] Chain, string[] Waits)> s_kinds = new()
    {
        ["A"] = (["DumpStormTests.A1", "DumpStormTests.A2", "DumpStormTests.A3"], ["Kio.YieldNow"]),
        ["B"] = (["DumpStormTests.B1", "DumpStormTests.B2"], ["Kio.Sleep"]),
        ["C"] = (["DumpStormTests.C1"], ["Signal.Poll", "Kio.YieldNow"]),
        ["D"] = (["DumpStormTests.D1"], ["Kio.Join"]),
    };

    [Theory]
    [InlineData(RuntimeKind.TwoWorkers)]
    [InlineData(RuntimeKind.FourWorkers)]
    [InlineData(RuntimeKind.PerCore)]
    public void Dumps_in_a_storm_are_true(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(kind).OnUnhandledFailure(UnhandledFailure.Ignore).Build();
        bool stop = false;
        for (int i = 0; i < 8; i++)
        {
            runtime.Spawn(Feed(i, () => Volatile.Read(ref stop)));
        }

        int seen = 0;
        int chains = 0;
        for (int i = 0; i < Dumps || chains < Dumps; i++)
        {
            foreach (TaskDump task in runtime.Dump().Tasks)
            {
                seen++;
                if (task.AwaitChain is [var root, ..] && Kind(root) is { } expected)
                {
                    chains++;
                    Assert.Equal(expected.Chain.Take(task.AwaitChain.Count), task.AwaitChain);
                    if (task.WaitsFor is { } wait)
                    {
                        Assert.Contains(wait.Operation, expected.Waits);
                        Assert.All(wait.Arms, arm => Assert.Contains(Assert.Single(arm.AwaitChain), s_arms));
                    }
                }
            }
        }

        Volatile.Write(ref stop, true);
        Assert.True(seen >= chains);
    });

    private static readonly string[] s_arms = ["DumpStormTests.DArm"];

    private static (string[] Chain, string[] Waits)? Kind(string root) =>
        s_kinds.Values.Where(kind => kind.Chain[0] == root).Select(kind => ((string[], string[])?)kind).FirstOrDefault();

    private static async Future Feed(int seed, Func<bool> stop)
    {
        Random random = new(seed);
        List<JoinHandle> handles = [];
        while (!stop())
        {
            Signal signal = new();
            handles.Add(Kio.Spawn(A1()));
            handles.Add(Kio.Spawn(B1()));
            handles.Add(Kio.Spawn(C1(signal)));
            handles.Add(Kio.Spawn(D1()));
            if (random.Next(2) == 0)
            {
                signal.WakeForNothing();
                await Kio.YieldNow();
            }

            signal.Set();
            if (handles.Count > 40)
            {
                foreach (JoinHandle handle in handles)
                {
                    if (random.Next(2) == 0)
                    {
                        handle.Abort();
                    }
                }

                foreach (JoinHandle handle in handles)
                {
                    await handle.JoinAsync();
                }

                handles.Clear();
            }
        }

        foreach (JoinHandle handle in handles)
        {
            handle.Abort();
        }
    }

    private static async Future A1() => await A2();

    private static async Future A2()
    {
        await A3();
        await A3();
    }

    private static async Future A3() => await Kio.YieldNow();

    private static async Future B1() => await B2();

    private static async Future B2() => await Kio.Sleep(TimeSpan.FromMilliseconds(1));

    private static async Future C1(Signal signal)
    {
        await Kio.YieldNow();
        await signal.AsFuture();
    }

    private static async Future D1() => await Kio.Join(DArm(), DArm());

    private static async Future DArm() => await Kio.YieldNow();
}
