using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace Kioto.Tests;

/// <summary>
/// Tasks of both classes that spawn, yield, sleep, wake and abort one another at random, some of them stuck for a while:
/// every handle resolves, and whoever began has cleaned up, also when the runtime ends in the middle.
/// </summary>
[Collection(SerialCollection.Name)]
public sealed class ClassStormTests
{
    public static TheoryData<RuntimeKind, bool> Runs
    {
        get
        {
            TheoryData<RuntimeKind, bool> runs = [];
            foreach (RuntimeKind kind in Runtimes.Kinds)
            {
                runs.Add(kind, false);
                runs.Add(kind, true);
            }

            return runs;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Every_handle_resolves(RuntimeKind kind, bool shutDown)
    {
        int seed = Seed.Next();
        Random random = new(seed);
        Stopwatch watch = Stopwatch.StartNew();
        while (watch.Elapsed < TimeSpan.FromSeconds(Seed.Long ? 30 : 0.4))
        {
            Storm storm = new(random.Next());
            Bounded.Run(
                () =>
                {
                    Runtime runtime = Runtimes.Builder(kind)
                        .BackgroundInterval(random.Next(1, 40))
                        .BackgroundMaxWait(TimeSpan.FromMilliseconds(random.Next(1, 20)))
                        .TimeSlice(TimeSpan.FromMilliseconds(random.Next(1, 10)))
                        .StuckThreshold(TimeSpan.FromMilliseconds(10))
                        .OnStuckTask(_ => { })
                        .Build();
                    JoinHandle all = runtime.Spawn(storm.RunAsync);
                    if (shutDown)
                    {
                        runtime.BlockOn(Kio.Sleep(TimeSpan.FromTicks(random.Next(0, 100_000))));
                    }
                    else
                    {
                        runtime.BlockOn(async () => await all);
                    }

                    runtime.Dispose();
                    Assert.True(all.IsFinished);
                    Assert.All(storm.Handles(), handle => Assert.True(handle.IsFinished));
                    Assert.Equal(storm.Begun, storm.Cleaned);
                },
                () => $"Seed {seed}, {kind}, {storm.Begun} begun, {storm.Cleaned} cleaned.");
        }
    }

    private sealed class Storm(int seed)
    {
        private readonly Lock _lock = new();
        private readonly List<JoinHandle> _handles = [];
        private readonly List<Event> _events = [];
        private readonly Random _random = new(seed);
        private int _begun;
        private int _cleaned;

        internal int Begun => Volatile.Read(ref _begun);

        internal int Cleaned => Volatile.Read(ref _cleaned);

        internal JoinHandle[] Handles()
        {
            lock (_lock)
            {
                return [.. _handles];
            }
        }

        internal async Future RunAsync()
        {
            for (int i = 0; i < 200; i++)
            {
                Spawn(3);
                if (Next(4) == 0)
                {
                    await Kio.YieldNow();
                }
            }

            // Those that still wait for somebody are let go, until nobody is left.
            for (int ended = 0; ended < Handles().Length; ended++)
            {
                while (!Handles()[ended].IsFinished)
                {
                    SetAll();
                    await Kio.YieldNow();
                }
            }
        }

        private int Next(int bound)
        {
            lock (_lock)
            {
                return _random.Next(bound);
            }
        }

        private void SetAll()
        {
            Event[] events;
            lock (_lock)
            {
                events = [.. _events];
                _events.Clear();
            }

            foreach (Event one in events)
            {
                one.Set();
            }
        }

        private void Spawn(int depth)
        {
            TaskClass taskClass = Next(2) == 0 ? TaskClass.Normal : TaskClass.Background;
            JoinHandle handle = Kio.Spawn(taskClass, () => BodyAsync(depth));
            lock (_lock)
            {
                _handles.Add(handle);
            }
        }

        private async Future BodyAsync(int depth)
        {
            Interlocked.Increment(ref _begun);
            try
            {
                for (int step = Next(6); step >= 0; step--)
                {
                    await StepAsync(depth);
                }
            }
            finally
            {
                try
                {
                    await Kio.YieldNow();
                }
                finally
                {
                    Interlocked.Increment(ref _cleaned); // Also if it is aborted only now.
                }
            }
        }

        private async Future StepAsync(int depth)
        {
            switch (Next(12))
            {
                case 0 when depth > 0:
                    Spawn(depth - 1);
                    break;
                case 1:
                    await Kio.Sleep(TimeSpan.FromMilliseconds(Next(3)));
                    break;
                case 2:
                    Event gate = new();
                    lock (_lock)
                    {
                        _events.Add(gate);
                    }

                    await gate.WaitAsync();
                    break;
                case 3:
                    SetAll();
                    break;
                case 4:
                    JoinHandle[] handles = Handles();
                    handles[Next(handles.Length)].Abort();
                    break;
                case 5 when Next(50) == 0:
                    long end = Environment.TickCount64 + 15; // Stuck.
                    while (Environment.TickCount64 < end)
                    {
                        Thread.SpinWait(100);
                    }

                    break;
                default:
                    await Kio.YieldNow();
                    break;
            }
        }
    }
}
