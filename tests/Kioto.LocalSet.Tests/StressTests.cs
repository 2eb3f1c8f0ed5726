using System;
using System.Collections.Generic;
using System.Threading;
using Xunit;

namespace Kioto.LocalSetTests;

/// <summary>Wakes, aborts and spawns from other threads; each case names the seed that repeats it.</summary>
public class StressTests(ITestOutputHelper output)
{
    public static TheoryData<int, int> Cases()
    {
        TheoryData<int, int> cases = [];
        foreach (int workers in (int[])[0, 1, 2, 4, 8])
        {
            for (int seed = 1; seed <= 3; seed++)
            {
                cases.Add(workers, seed);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void NoWakeFromAnotherThreadIsLost(int workers, int seed) => Bounded.Run(() =>
    {
        output.WriteLine($"workers {workers}, seed {seed}");
        using Runtime runtime = SpawnLocalTests.NewRuntime(workers);
        using LocalSet set = new();
        const int Tasks = 16;
        const int Rounds = 300;
        int done = 0;
        set.BlockOn(runtime, async () =>
        {
            List<JoinHandle> handles = [];
            for (int i = 0; i < Tasks; i++)
            {
                Random random = new((seed * 1000) + i);
                handles.Add(Kio.SpawnLocal(async () =>
                {
                    for (int round = 0; round < Rounds; round++)
                    {
                        Gate gate = new();
                        int spin = random.Next(200);
                        JoinHandle opener = (round & 1) == 0
                            ? Kio.Spawn(async () =>
                            {
                                await Kio.YieldNow();
                                Thread.SpinWait(spin);
                                gate.Open();
                            })
                            : Kio.SpawnBlocking(() =>
                            {
                                Thread.SpinWait(spin);
                                gate.Open();
                            });
                        if (random.Next(2) == 0)
                        {
                            await Kio.YieldNow();
                        }

                        await gate.WaitAsync();
                        if (random.Next(4) == 0)
                        {
                            await opener;
                        }
                    }

                    done++;
                }));
            }

            foreach (JoinHandle handle in handles)
            {
                await handle;
            }
        });
        Assert.Equal(Tasks, done);
    }, seconds: 60);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TheDrivingFutureIsWokenFromOtherThreads(int seed) => Bounded.Run(() =>
    {
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        using LocalSet set = new();
        Gate? gate = null;
        bool stop = false;
        Thread opener = new(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                Interlocked.Exchange(ref gate, null)?.Open();
            }
        });
        opener.Start();
        set.BlockOn(async () =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                Gate next = new();
                Volatile.Write(ref gate, next);
                Thread.SpinWait(random.Next(60));
                await next.WaitAsync();
            }
        });
        Volatile.Write(ref stop, true);
        opener.Join();
    }, seconds: 60);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void SpawnsAndAbortsFromOtherThreadsAllEnd(int seed) => Bounded.Run(() =>
    {
        output.WriteLine($"seed {seed}");
        using LocalSet set = new();
        int begun = 0;
        int ended = 0;
        bool stop = false;
        List<JoinHandle> handles = [];
        Thread[] threads = new Thread[3];
        for (int t = 0; t < threads.Length; t++)
        {
            Random random = new((seed * 10) + t);
            threads[t] = new Thread(() =>
            {
                for (int i = 0; i < 2000; i++)
                {
                    Gate gate = new();
                    JoinHandle handle = set.SpawnLocal(async () =>
                    {
                        begun++;
                        try
                        {
                            await gate.WaitAsync();
                            await Kio.YieldNow();
                        }
                        finally
                        {
                            await Kio.YieldNow();
                            ended++;
                        }
                    });
                    Thread.SpinWait(random.Next(100));
                    if (random.Next(2) == 0)
                    {
                        handle.Abort();
                    }

                    gate.Open();
                    lock (handles)
                    {
                        handles.Add(handle);
                    }
                }
            });
            threads[t].Start();
        }

        Thread waiter = new(() =>
        {
            foreach (Thread thread in threads)
            {
                thread.Join();
            }

            Volatile.Write(ref stop, true);
        });
        waiter.Start();
        set.BlockOn(async () =>
        {
            while (!Volatile.Read(ref stop))
            {
                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            }

            foreach (JoinHandle handle in handles)
            {
                await handle.JoinAsync();
            }
        });
        Assert.Equal(6000, handles.Count);
        Assert.Equal(begun, ended);
    }, seconds: 60);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void DisposingWhileOthersWakeSpawnAndAbort(int seed) => Bounded.Run(() =>
    {
        output.WriteLine($"seed {seed}");
        for (int round = 0; round < 100; round++)
        {
            Random random = new((seed * 1000) + round);
            LocalSet set = new();
            List<Gate> gates = [];
            List<JoinHandle> handles = [];
            for (int i = 0; i < 20; i++)
            {
                Gate gate = new();
                gates.Add(gate);
                handles.Add(set.SpawnLocal(async () =>
                {
                    try
                    {
                        await gate.WaitAsync();
                    }
                    finally
                    {
                        await Kio.YieldNow();
                    }
                }));
            }

            set.BlockOn(async () => await Kio.YieldNow());
            int spin = random.Next(2000);
            List<JoinHandle> late = [];
            Thread other = new(() =>
            {
                Thread.SpinWait(spin);
                for (int i = 0; i < gates.Count; i++)
                {
                    late.Add(set.SpawnLocal(async () => await Kio.YieldNow()));
                    gates[i].Open();
                    handles[i].Abort();
                }
            });
            other.Start();
            Thread.SpinWait(random.Next(2000));
            set.Dispose();
            other.Join();
            Assert.All(handles, handle => Assert.True(handle.IsFinished));
            Assert.All(late, handle => Assert.True(handle.IsFinished));
        }
    }, seconds: 60);
}
