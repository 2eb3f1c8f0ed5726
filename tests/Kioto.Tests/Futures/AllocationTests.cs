#if !DEBUG
using System;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>What the hot paths allocate. Release only: in Debug the compiler makes state machines classes.</summary>
[Collection(SerialCollection.Name)]
public sealed class AllocationTests
{
    private const int Rounds = 20_000;

    // What a spawn allocates: the task.
    private const int TaskBytes = 112;

    private static readonly Action s_nothing = static () => { };

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_yield_allocates_nothing(RuntimeKind kind) => AssertNothing(kind, async count =>
    {
        for (int i = 0; i < count; i++)
        {
            await Kio.YieldNow();
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_nested_await_allocates_nothing(RuntimeKind kind) => AssertNothing(kind, async count =>
    {
        for (int i = 0; i < count; i++)
        {
            await Nested(8);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_call_that_completes_at_once_allocates_nothing(RuntimeKind kind) => AssertNothing(kind, async count =>
    {
        for (int i = 0; i < count; i++)
        {
            await AtOnce(i);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void An_unused_future_allocates_no_more_than_its_frame(RuntimeKind kind)
    {
        double bytes = Measure(kind, 1, 250, async count =>
        {
            for (int i = 0; i < count; i++)
            {
#pragma warning disable KIO0001 // What an unused future costs is the question.
                _ = AtOnce(i);
#pragma warning restore KIO0001
            }

            await Future.Completed;
        });
        Assert.InRange(bytes, 0, 250);
    }

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_scope_of_a_task_local_allocates_nothing(RuntimeKind kind)
    {
        TaskLocal<int> key = new();
        TaskLocal<int> inherited = new(inherited: true);
        AssertNothing(kind, async count =>
        {
            for (int i = 0; i < count; i++)
            {
                await key.Scope(i, inherited.Scope(i, Nested(2)));
                await key.Scope(i, AtOnce(i));
                key.SyncScope(i, s_nothing);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void An_await_in_a_context_of_its_own_allocates_nothing(RuntimeKind kind)
    {
        AsyncLocal<string> local = new();
        double bytes = Measure(kind, Rounds, 100.0 / Rounds, async count =>
        {
            local.Value = "request"; // Once for all: 72 bytes.
            for (int i = 0; i < count; i++)
            {
                await Nested(4);
            }
        });
        Assert.InRange(bytes, 0, 100.0 / Rounds);
    }

    [Fact]
    public void A_sleep_allocates_nothing() => AssertNothing(RuntimeKind.OneWorker, rounds: 300, body: async count =>
    {
        for (int i = 0; i < count; i++)
        {
            await Kio.Sleep(TimeSpan.FromTicks(100));
        }
    });

    [Fact]
    public void Waiting_for_a_deadline_and_moving_it_allocates_nothing()
    {
        Sleep sleep = new(TimeSpan.Zero);
        Interval interval = Kio.Interval(TimeSpan.FromTicks(100));
        AssertNothing(RuntimeKind.OneWorker, rounds: 300, body: async count =>
        {
            for (int i = 0; i < count; i++)
            {
                sleep.Reset(TimeSpan.FromTicks(100));
                await sleep;
                await Kio.SleepUntil(Instant.Now + TimeSpan.FromTicks(100));
                _ = await interval.TickAsync();
            }
        });
    }

    [Fact]
    public void A_delay_queue_allocates_nothing()
    {
        DelayQueue<int> queue = new();
        AssertNothing(RuntimeKind.OneWorker, rounds: 300, body: async count =>
        {
            for (int i = 0; i < count; i++)
            {
                DelayKey key = queue.Insert(i, TimeSpan.FromTicks(100));
                queue.Insert(i, TimeSpan.FromHours(1));
                queue.Reset(key, TimeSpan.FromTicks(200));
                _ = await queue.NextAsync();
                queue.TryPeek(out key);
                queue.Remove(key);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_hand_written_future_costs_nothing_beyond_itself(RuntimeKind kind)
    {
        Countdown countdown = new();
        AssertNothing(kind, async count =>
        {
            for (int i = 0; i < count; i++)
            {
                countdown.Left = 2;
                await countdown.AsFuture();
            }
        });
    }

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Joining_a_finished_task_allocates_nothing(RuntimeKind kind)
    {
        using Runtime other = Runtimes.Create(RuntimeKind.CurrentThread);
        JoinHandle<int> finished = other.Spawn(Future.FromResult(1));
        other.BlockOn(finished.AsFuture());
        AssertNothing(kind, async count =>
        {
            for (int i = 0; i < count; i++)
            {
                await finished;
            }
        });
    }

    [Fact]
    public void Awaiting_a_completed_Task_allocates_nothing()
    {
        Task<int> task = Task.FromResult(12345);
        AssertNothing(RuntimeKind.OneWorker, async count =>
        {
            for (int i = 0; i < count; i++)
            {
                await task;
                await new ValueTask<int>(i);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_spawn_allocates_one_object(RuntimeKind kind)
    {
        double few = Measure(kind, 2_000, TaskBytes + 1, SpawnAndJoin);
        double many = Measure(kind, Rounds, TaskBytes + 1, SpawnAndJoin);
        Assert.InRange(many, 96, 128);
        Assert.InRange(few, many - 16, many + 16);

        static async Future SpawnAndJoin(int count)
        {
            for (int i = 0; i < count; i++)
            {
                await Kio.Spawn(Body());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Runtimes.MultiThread), MemberType = typeof(Runtimes))]
    public void A_spawn_from_a_foreign_thread_allocates_one_object(RuntimeKind kind) => Bounded.Run(() =>
    {
        // Frames are rented here and returned on the workers: they must come back.
        using Runtime runtime = Runtimes.Create(kind);
        JoinHandle[] handles = new JoinHandle[200];
        double least = double.MaxValue;
        for (int attempt = 0; attempt < 20 && least > 128; attempt++)
        {
            Batch(20);
            runtime.BlockOn(Kio.Sleep(TimeSpan.FromMilliseconds(20)));
            long before = GC.GetTotalAllocatedBytes(true);
            Batch(50);
            long bytes = GC.GetTotalAllocatedBytes(true) - before;
            least = double.Min(least, bytes / (50.0 * handles.Length));
        }

        Assert.InRange(least, 96, 128);

        void Batch(int rounds)
        {
            for (int round = 0; round < rounds; round++)
            {
                for (int i = 0; i < handles.Length; i++)
                {
                    handles[i] = runtime.Spawn(Body());
                }

                foreach (JoinHandle handle in handles)
                {
                    SpinWait spin = default;
                    while (!handle.IsFinished)
                    {
                        spin.SpinOnce(sleep1Threshold: -1);
                    }
                }
            }
        }
    });

    [Fact]
    public void A_blocking_closure_allocates_little()
    {
        Action closure = () => { };
        double bytes = Measure(RuntimeKind.OneWorker, 500, 250, async count =>
        {
            for (int i = 0; i < count; i++)
            {
                await Kio.SpawnBlocking(closure);
            }
        });
        Assert.InRange(bytes, 50, 250);
    }

    [Fact]
    public void Waiting_for_room_allocates_no_more_than_the_closure()
    {
        Action closure = () => { };
        double bytes = Measure(RuntimeKind.OneWorker, 500, 120, async count =>
        {
            BlockingPool pool = Kio.BlockingPool("cpu");
            for (int i = 0; i < count; i++)
            {
                await await pool.SpawnAsync(closure);
            }
        });
        Assert.InRange(bytes, 50, 120);
    }

    private static void AssertNothing(RuntimeKind kind, Func<int, Future> body) => Allocations.AssertNothing(kind, body);

    private static void AssertNothing(RuntimeKind kind, int rounds, Func<int, Future> body) =>
        Allocations.AssertNothing(kind, rounds, body);

    private static double Measure(RuntimeKind kind, int rounds, double enough, Func<int, Future> body) =>
        Allocations.Measure(kind, rounds, enough, body);

    private static async Future<int> Nested(int depth)
    {
        if (depth == 0)
        {
            await Kio.YieldNow();
            return 0;
        }

        return await Nested(depth - 1) + 1;
    }

    private static async Future<int> AtOnce(int value)
    {
        await Future.Completed;
        return value;
    }

    private static async Future Body() => await Kio.YieldNow();

    private sealed class Countdown : IFuture<int>
    {
        internal int Left { get; set; }

        public Poll<int> Poll(ref PollContext context)
        {
            if (Left-- == 0)
            {
                return Poll<int>.Ready(0);
            }

            context.Waker.Wake();
            return Poll<int>.Pending;
        }
    }
}
#endif
