using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

public sealed class PolledFutureTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_future_that_is_ready_is_polled_once(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Signal signal = new();
        signal.Set(3);
        Assert.Equal(3, await signal.AsFuture());
        Assert.Equal(1, signal.Polls);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_wake_polls_again(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Signal signal = new();
        JoinHandle<int> handle = Kio.Spawn(signal.AsFuture());
        await Expect.Until(() => signal.Polls == 1);
        signal.Set(4);
        Assert.Equal(4, await handle);
        Assert.Equal(2, signal.Polls);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Spurious_wakes_poll_for_nothing(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Signal signal = new();
        JoinHandle<int> handle = Kio.Spawn(async () => await signal.AsFuture());
        for (int i = 1; i < 10; i++)
        {
            int seen = i;
            await Expect.Until(() => signal.Polls >= seen);
            signal.WakeForNothing();
        }

        Assert.False(handle.IsFinished);
        signal.Set(5);
        Assert.Equal(5, await handle);
    });

    [Fact]
    public void Nothing_polls_without_a_wake() => Runtimes.Run(async () =>
    {
        Signal signal = new();
        JoinHandle<int> handle = Kio.Spawn(async () => await signal.AsFuture());
        await Expect.Until(() => signal.Polls > 0);
        await Kio.Sleep(TimeSpan.FromMilliseconds(20));
        Assert.Equal(1, signal.Polls);
        handle.Abort();
        await handle.JoinAsync();
    });

    [Fact]
    public void A_wake_during_the_poll_polls_again() => Runtimes.Run(async () =>
    {
        int polls = 0;
        Assert.Equal(100, await Poll.Of((ref PollContext context) =>
        {
            context.Waker.Wake();
            return ++polls == 100 ? Poll<int>.Ready(polls) : Poll<int>.Pending;
        }));
    });

    [Fact]
    public void A_wake_from_another_thread_during_the_poll_is_not_lost() => Runtimes.Run(async () =>
    {
        for (int i = 0; i < 200; i++)
        {
            int ready = 0;
            await Poll.Of((ref PollContext context) =>
            {
                if (Volatile.Read(ref ready) != 0)
                {
                    return Poll<int>.Ready(0);
                }

                Waker waker = context.Waker;
                ThreadPool.UnsafeQueueUserWorkItem(
                    _ =>
                    {
                        Volatile.Write(ref ready, 1);
                        waker.Wake();
                    },
                    null);
                return Poll<int>.Pending;
            });
        }
    });

    [Fact]
    public void The_waker_of_the_same_task_stays_the_same() => Runtimes.Run(async () =>
    {
        List<Waker> wakers = [];
        await Poll.Of((ref PollContext context) =>
        {
            wakers.Add(context.Waker);
            context.Waker.Wake();
            return wakers.Count == 3 ? Poll<int>.Ready(0) : Poll<int>.Pending;
        });
        Assert.True(wakers[0].WillWake(wakers[1]) && wakers[1] == wakers[2]);
        JoinHandle<Waker> other = Kio.Spawn(Poll.Of((ref PollContext context) => Poll<Waker>.Ready(context.Waker)));
        Assert.True(wakers[0] != await other);
    });

    [Fact]
    public void A_future_moved_to_a_task_of_its_own_is_polled_with_the_new_waker() => Runtimes.Run(async () =>
    {
        List<Waker> wakers = [];
        int ready = 0;
        Task<int> task = Poll.Of((ref PollContext context) =>
        {
            lock (wakers)
            {
                wakers.Add(context.Waker);
            }

            return Volatile.Read(ref ready) != 0 ? Poll<int>.Ready(1) : Poll<int>.Pending;
        }).AsTask();
        await Expect.Until(() => Count(wakers) >= 2);
        Assert.False(wakers[0].WillWake(wakers[1]));
        Volatile.Write(ref ready, 1);
        wakers[1].Wake();
        Assert.Equal(1, await task);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_exception_thrown_by_Poll_is_the_failure(bool later) => Runtimes.Run(async () =>
    {
        bool first = true;
        Future<int> future = Poll.Of((ref PollContext context) =>
        {
            if (later && first)
            {
                first = false;
                context.Waker.Wake();
                return Poll<int>.Pending;
            }

            throw new FormatException("poll");
        });
        FormatException exception = await Expect.Throws<FormatException>(async () => await future);
        Assert.Contains(nameof(An_exception_thrown_by_Poll_is_the_failure), exception.StackTrace, StringComparison.Ordinal);
    });

    [Fact]
    public void Aborting_disposes_a_pending_future() => Runtimes.Run(async () =>
    {
        DisposableFuture future = new();
        JoinHandle<int> handle = Kio.Spawn(async () => await future.AsFuture());
        await Expect.Until(() => future.Polled);
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.True(future.Disposed);
    });

    [Fact]
    public void A_Dispose_that_throws_is_the_failure_of_the_aborted_task() => Runtimes.Run(async () =>
    {
        DisposableFuture future = new(new FormatException("dispose"));
        JoinHandle<int> handle = Kio.Spawn(async () => await future.AsFuture());
        await Expect.Until(() => future.Polled);
        handle.Abort();
        JoinResult<int> result = await handle.JoinAsync();
        Assert.IsType<FormatException>(result.Exception);
        await Kio.YieldNow();
    });

    [Fact]
    public void AsFuture_of_null_throws() =>
        Assert.Throws<ArgumentNullException>(() => ((IFuture<int>)null!).AsFuture());

    private static int Count(List<Waker> wakers)
    {
        lock (wakers)
        {
            return wakers.Count;
        }
    }

    private sealed class DisposableFuture(Exception? failure = null) : IFuture<int>, IDisposable
    {
        internal volatile bool Polled;

        internal bool Disposed { get; private set; }

        public Poll<int> Poll(ref PollContext context)
        {
            Polled = true;
            return Poll<int>.Pending;
        }

        public void Dispose()
        {
            Disposed = true;
            if (failure is not null)
            {
                throw failure;
            }
        }
    }
}
