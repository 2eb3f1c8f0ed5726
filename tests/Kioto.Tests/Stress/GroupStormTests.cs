using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto.Tests;

/// <summary>Spawning, ending, aborting, joining and detaching race: every task is joined once, and cleans up.</summary>
[Collection(SerialCollection.Name)]
public sealed class GroupStormTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Every_task_of_a_set_is_joined_once(RuntimeKind kind)
    {
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Runtimes.Run(kind, async () =>
        {
            Random random = new(seed);
            for (int round = 0; round < 60; round++)
            {
                int begun = 0;
                int ended = 0;
                await using JoinSet<int> set = random.Next(2) == 0 ? new JoinSet<int>() : new JoinSet<int>(random.Next(1, 5));
                List<AbortHandle> handles = [];
                int left = 60;
                int joined = 0;
                while (left > 0 || !set.IsEmpty)
                {
                    for (int i = random.Next(1, 8); i > 0 && left > 0; i--, left--)
                    {
                        int steps = random.Next(4);
                        handles.Add(random.Next(3) == 0 ? await set.SpawnAsync(Cleaned(steps)) : set.Spawn(Cleaned(steps)));
                    }

                    if (random.Next(3) == 0)
                    {
                        AbortHandle doomed = handles[random.Next(handles.Count)];
                        ThreadPool.UnsafeQueueUserWorkItem(static handle => handle.Abort(), doomed, preferLocal: false);
                    }

                    if (set.IsEmpty)
                    {
                        continue;
                    }

                    Assert.NotNull(await set.JoinNextAsync());
                    joined++;
                }

                Assert.Equal(60, joined);
                Assert.Equal(Volatile.Read(ref begun), Volatile.Read(ref ended));

                async Future<int> Cleaned(int steps)
                {
                    Interlocked.Increment(ref begun);
                    try
                    {
                        return await GroupBodies.After(steps, steps);
                    }
                    finally
                    {
                        Interlocked.Increment(ref ended);
                    }
                }
            }
        });
    }

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void No_child_outlives_a_scope_however_it_ends(RuntimeKind kind)
    {
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Bounded.Run(() =>
        {
            using Runtime runtime = Runtimes.Builder(kind).OnUnhandledFailure(static _ => { }).Build();
            runtime.RunTask(async () =>
            {
                Random random = new(seed);
                for (int round = 0; round < 150; round++)
                {
                    int alive = 0;
                    int bodySeed = random.Next();
                    JoinHandle<int> owner = Kio.Spawn(TaskScope.RunAsync(scope => Body(scope, new Random(bodySeed), 2)));
                    if (random.Next(2) == 0)
                    {
                        for (int i = random.Next(20); i > 0; i--)
                        {
                            await Kio.YieldNow();
                        }

                        owner.Abort();
                    }

                    await owner.JoinAsync();
                    Assert.Equal(0, Volatile.Read(ref alive));

                    async Future<int> Body(TaskScope scope, Random choices, int depth)
                    {
                        Interlocked.Increment(ref alive);
                        try
                        {
                            for (int i = choices.Next(5); i > 0; i--)
                            {
                                int childSeed = choices.Next();
                                if (depth < 0)
                                {
                                    await Kio.YieldNow();
                                }
                                else if (depth > 0)
                                {
                                    _ = scope.Spawn(TaskScope.RunAsync(inner => Body(inner, new Random(childSeed), depth - 1)));
                                }
                                else
                                {
                                    _ = scope.Spawn(Body(scope, new Random(childSeed), -1));
                                }

                                await Kio.YieldNow();
                            }

                            if (choices.Next(6) == 0)
                            {
                                throw new NotSupportedException();
                            }

                            return 0;
                        }
                        finally
                        {
                            // Cancelling may hit this await.
                            try
                            {
                                await Kio.YieldNow();
                            }
                            finally
                            {
                                Interlocked.Decrement(ref alive);
                            }
                        }
                    }
                }
            });
        });
    }
}
