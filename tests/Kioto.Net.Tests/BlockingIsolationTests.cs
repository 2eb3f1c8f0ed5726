using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using Xunit;

namespace Kioto.Net.Tests;

public class BlockingIsolationTests
{
    public static TheoryData<int> Kinds => OnRuntime.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_task_keeps_sleeping_a_millisecond_at_a_time_while_64_closures_block(int workers) =>
        OnRuntime.Run(workers, async () =>
        {
            using ManualResetEventSlim release = new();
            int running = 0;
            List<JoinHandle<int>> closures = [];
            for (int i = 0; i < 64; i++)
            {
                int mine = i;
                closures.Add(Kio.SpawnBlocking(() =>
                {
                    Interlocked.Increment(ref running);
                    release.Wait();
                    return mine;
                }));
            }

            int sleeps = 0;
            while (sleeps < 100 || Volatile.Read(ref running) < 64)
            {
                long before = Stopwatch.GetTimestamp();
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
                Assert.True(Stopwatch.GetElapsedTime(before) >= TimeSpan.FromMilliseconds(1), "Woken too early.");
                sleeps++;
            }

            release.Set();
            for (int i = 0; i < closures.Count; i++)
            {
                Assert.Equal(i, await closures[i]);
            }
        });
}
