using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace Kioto.Tests;

/// <summary>Random trees of tasks that spawn, yield, sleep, wake and abort one another: every handle resolves.</summary>
[Collection(SerialCollection.Name)]
public sealed class TaskStormTests
{
    // Three workers that steal nothing.
    private const int PerCore = -3;
    private const int MaxTasks = 60_000;

    private static readonly TimeSpan s_length = TimeSpan.FromSeconds(Seed.Long ? 5 : 0.4);

    public static TheoryData<int> Workers => [0, 1, 2, 4, 8, PerCore];

    [Theory]
    [MemberData(nameof(Workers))]
    public void Every_handle_resolves(int workers)
    {
        int seed = Seed.Next();
        Storm storm = new(seed, s_length);
        Bounded.Run(
            () =>
            {
                using Runtime runtime = Create(workers);
                runtime.BlockOn(storm.RunAsync());
                TestContext.Current.TestOutputHelper?.WriteLine(storm.Describe());
                Assert.Empty(storm.Unresolved);
                Assert.Equal(storm.Started, storm.Cleaned);
            },
            () => $"Seed {seed}, {workers} workers. {storm.Describe()}");
    }

    [Theory]
    [MemberData(nameof(Workers))]
    public void Every_handle_resolves_when_the_runtime_is_shut_down_in_the_middle(int workers)
    {
        int seed = Seed.Next();
        Random random = new(seed);
        Stopwatch watch = Stopwatch.StartNew();
        while (watch.Elapsed < s_length)
        {
            Storm storm = new(random.Next(), TimeSpan.FromSeconds(10));
            Bounded.Run(
                () =>
                {
                    Runtime runtime = Create(workers);
                    _ = runtime.Spawn(storm.RunAsync());
                    runtime.BlockOn(Kio.Sleep(TimeSpan.FromTicks(random.Next(0, 200_000))));
                    runtime.Dispose();
                    Assert.True(storm.Unresolved.TrueForAll(handle => handle.IsFinished), storm.Describe());
                    Assert.Equal(storm.Started, storm.Cleaned);
                },
                () => $"Seed {seed}, {workers} workers, shutting down. {storm.Describe()}");
        }
    }

    internal static Runtime Create(int workers) => workers switch
    {
        0 => Runtime.CreateCurrentThreadBuilder().Build(),
        PerCore => Runtime.CreatePerCoreBuilder().WorkerThreads(-PerCore).Build(),
        _ => Runtime.CreateBuilder().WorkerThreads(workers).Build(),
    };

    private sealed class Storm(int seed, TimeSpan length)
    {
        private readonly Lock _lock = new();
        private readonly List<JoinHandle> _handles = [];
        private readonly Signal?[] _signals = new Signal?[64];
        private readonly long _end = Stopwatch.GetTimestamp() + (long)(length.TotalSeconds * Stopwatch.Frequency);
        private int _seed = seed;
        private int _count;
        private int _started;
        private int _cleaned;

        internal int Started => Volatile.Read(ref _started);

        internal int Cleaned => Volatile.Read(ref _cleaned);

        internal List<JoinHandle> Unresolved
        {
            get
            {
                lock (_lock)
                {
                    return _handles.FindAll(handle => !handle.IsFinished);
                }
            }
        }

        private bool Over => Stopwatch.GetTimestamp() >= _end || Volatile.Read(ref _count) >= MaxTasks;

        internal string Describe()
        {
            List<JoinHandle> unresolved = Unresolved;
            return $"{_count} tasks, {Started} started, {Cleaned} cleaned up, {unresolved.Count} unresolved: " +
                string.Join(", ", unresolved.GetRange(0, int.Min(20, unresolved.Count)).ConvertAll(handle => handle.Id.ToString()));
        }

        internal async Future RunAsync()
        {
            for (int i = 0; i < 16; i++)
            {
                _ = Spawn(0);
            }

            Random random = NextRandom();
            while (!Over)
            {
                await Kio.Sleep(TimeSpan.FromMicroseconds(random.Next(0, 1000)));
                for (int i = 0; i < 40; i++)
                {
                    _ = Spawn(0);
                }

                SetSome(random, 16);
            }

            // Tasks may start waiting for a signal at any time: set all of them until nobody is left.
            while (true)
            {
                SetSome(random, 64);
                List<JoinHandle> left = Unresolved;
                if (left.Count == 0)
                {
                    return;
                }

                await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            }
        }

        private Random NextRandom() => new(Interlocked.Add(ref _seed, 7919));

        private void SetSome(Random random, int count)
        {
            for (int i = 0; i < count; i++)
            {
                int slot = count == _signals.Length ? i : random.Next(_signals.Length);
                Interlocked.Exchange(ref _signals[slot], null)?.Set(i);
            }
        }

        private JoinHandle Spawn(int depth)
        {
            Random random = NextRandom();
            Interlocked.Increment(ref _count);
            JoinHandle handle = random.Next(3) switch
            {
                0 => Kio.Spawn(() => BodyAsync(depth, random)),
                1 => Kio.Spawn(BodyAsync(depth, random)),
                _ => Kio.Spawn(async System.Threading.Tasks.Task () => await BodyAsync(depth, random)),
            };
            lock (_lock)
            {
                _handles.Add(handle);
                if (_handles.Count % 4096 == 0)
                {
                    _handles.RemoveAll(each => each.IsFinished);
                }
            }

            return handle;
        }

        private async Future BodyAsync(int depth, Random random)
        {
            Interlocked.Increment(ref _started);
            try
            {
                await StepsAsync(depth, random);
            }
            finally
            {
                try
                {
                    if (random.Next(4) == 0)
                    {
                        await Kio.YieldNow();
                    }
                }
                finally
                {
                    // The abort may come just here: it is delivered once, wherever the task then is.
                    Interlocked.Increment(ref _cleaned);
                }
            }
        }

        private async Future StepsAsync(int depth, Random random)
        {
            JoinHandle child = default;
            int steps = random.Next(1, 8);
            for (int step = 0; step < steps; step++)
            {
                switch (random.Next(10))
                {
                    case < 3:
                        await Kio.YieldNow();
                        break;
                    case 3:
                        await Kio.Sleep(TimeSpan.FromMicroseconds(random.Next(0, 2000)));
                        break;
                    case 4 when depth < 6 && !Over:
                        child = Spawn(depth + 1);
                        break;
                    case 5 when child != default:
                        child.Abort();
                        break;
                    case 6 when child != default:
                        await child.JoinAsync();
                        break;
                    case 7:
                        SetSome(random, 2);
                        break;
                    case 8:
                        await WaitAsync(random.Next(_signals.Length));
                        break;
                    default:
                        AbortSomebody(random);
                        break;
                }
            }
        }

        private async Future WaitAsync(int slot)
        {
            Signal signal = new();
            if (Interlocked.CompareExchange(ref _signals[slot], signal, null) is null)
            {
                await signal.AsFuture();
            }
        }

        private void AbortSomebody(Random random)
        {
            JoinHandle victim;
            lock (_lock)
            {
                victim = _handles[random.Next(_handles.Count)];
            }

            if (random.Next(4) == 0)
            {
                victim.Abort();
            }
        }
    }
}
