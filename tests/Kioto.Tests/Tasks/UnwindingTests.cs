using System;
using System.Collections.Generic;
using System.Threading;
using Kioto.Sync;

namespace Kioto.Tests;

/// <summary>Tasks that are unwound at the same time, and whose cleanup has to do with one another.</summary>
public sealed class UnwindingTests
{
    private const int Rounds = 30;

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Cleanup_may_wake_a_task_that_is_being_aborted(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        for (int round = 0; round < Rounds; round++)
        {
            Pair pair = new();
            JoinHandle[] handles = await pair.Start();
            Array.ForEach(handles, handle => handle.Abort());
            foreach (JoinHandle handle in handles)
            {
                // The one that is woken may end by itself before the abort comes to it.
                await handle.JoinAsync();
            }

            Assert.Equal(2, pair.Cleaned);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Cleanup_may_wait_for_the_cleanup_of_another_task(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        for (int round = 0; round < Rounds; round++)
        {
            Pair pair = new() { Meets = true };
            JoinHandle[] handles = await pair.Start();
            Array.ForEach(handles, handle => handle.Abort());
            foreach (JoinHandle handle in handles)
            {
                await handle.JoinAsync();
            }

            Assert.Equal(2, pair.Cleaned);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Both_at_shutdown(RuntimeKind kind) => Bounded.Run(() =>
    {
        for (int round = 0; round < Rounds; round++)
        {
            Pair pair = new() { Meets = round % 2 == 0 };
            using (Runtime runtime = Runtimes.Create(kind))
            {
                runtime.RunTask(async () => await pair.Start());
            }

            Assert.Equal(2, pair.Cleaned);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Both_at_the_shutdown_after_BlockOn_threw(RuntimeKind kind) => Bounded.Run(() =>
    {
        for (int round = 0; round < Rounds; round++)
        {
            Pair pair = new() { Meets = round % 2 == 0 };
            using (Runtime runtime = Runtimes.Create(kind))
            {
                Assert.Throws<TimeZoneNotFoundException>(() => runtime.BlockOn(async () =>
                {
                    await pair.Start();
                    throw new TimeZoneNotFoundException();
                }));
            }

            Assert.Equal(2, pair.Cleaned);
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Cleanup_may_take_locks_that_the_cleanup_of_others_takes(RuntimeKind kind) => Bounded.Run(() =>
    {
        for (int round = 0; round < Rounds; round++)
        {
            Lock threads = new();
            Mutex<int> tasks = new(0);
            int cleaned = 0;
            List<Signal> signals = [];
            using (Runtime runtime = Runtimes.Create(kind))
            {
                runtime.RunTask(async () =>
                {
                    for (int i = 0; i < 8; i++)
                    {
                        Signal signal = new();
                        signals.Add(signal);
                        Kio.Detach(async () =>
                        {
                            try
                            {
                                await signal.AsFuture();
                            }
                            finally
                            {
                                using (MutexGuard<int> guard = await tasks.LockAsync())
                                {
                                    await Kio.YieldNow();
                                    guard.Value++;
                                }

                                lock (threads)
                                {
                                    cleaned++;
                                    signals.ForEach(each => each.WakeForNothing());
                                }
                            }
                        });
                    }

                    await Expect.Until(() => signals.TrueForAll(each => each.Polls > 0));
                });
            }

            Assert.Equal(8, cleaned);
        }
    });

    // Two tasks that wait; the cleanup of each wakes the other, and may wait until it is woken itself.
    private sealed class Pair
    {
        private readonly Signal[] _bodies = [new(), new()];
        private readonly Signal[] _cleanups = [new(), new()];
        private int _cleaned;

        internal bool Meets { get; init; }

        internal int Cleaned => Volatile.Read(ref _cleaned);

        internal async Future<JoinHandle[]> Start()
        {
            JoinHandle[] handles = [Kio.Spawn(() => Run(0)), Kio.Spawn(() => Run(1))];
            await Expect.Until(() => _bodies[0].Polls > 0 && _bodies[1].Polls > 0);
            return handles;
        }

        private async Future Run(int me)
        {
            try
            {
                await _bodies[me].AsFuture();
            }
            finally
            {
                _bodies[1 - me].Set();
                _cleanups[1 - me].Set();
                if (Meets)
                {
                    await Meet(me);
                }
                else
                {
                    Interlocked.Increment(ref _cleaned);
                }
            }
        }

        private async Future Meet(int me)
        {
            try
            {
                await _cleanups[me].AsFuture();
            }
            finally
            {
                // The abort may come only here, to a task that was woken before it.
                Interlocked.Increment(ref _cleaned);
            }
        }
    }
}
