using System.Threading;

namespace Kioto.Tests;

/// <summary>The worked example of docs/hand-written-futures.md, as it stands there.</summary>
public sealed class CountdownLatchTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void The_latch_opens_when_the_count_is_reached(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        for (int round = 0; round < 200; round++)
        {
            CountdownLatch latch = new(3);
            Kio.Detach(async () => latch.Signal());
            Kio.Detach(async () => latch.Signal());
            ThreadPool.UnsafeQueueUserWorkItem(static latch => latch.Signal(), latch, preferLocal: false);
            Assert.Equal(3, await latch.AsFuture());
            Assert.Equal(3, await latch.AsFuture());
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Cancelling_the_wait_leaves_the_latch_alone(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        CountdownLatch latch = new(1);
        JoinHandle<int> waiting = Kio.Spawn(latch.AsFuture());
        await Kio.YieldNow();
        waiting.Abort();
        Assert.True((await waiting.JoinAsync()).IsAborted);
        latch.Signal();
        Assert.Equal(1, await latch.AsFuture());
    });

    [Fact]
    public void Polled_by_hand_it_bears_spurious_polls_and_a_change_of_waker()
    {
        CountdownLatch latch = new(1);
        int first = 0;
        int second = 0;
        PollContext one = new(Waker.Create(() => first++));
        PollContext two = new(Waker.Create(() => second++));
        Assert.True(latch.Poll(ref one).IsPending);
        Assert.True(latch.Poll(ref one).IsPending);
        Assert.True(latch.Poll(ref two).IsPending);
        latch.Signal();
        Assert.Equal((0, 1), (first, second));
        Assert.Equal(1, latch.Poll(ref two).Value);
    }

    private sealed class CountdownLatch(int count) : IFuture<int>
    {
        private readonly AtomicWaker _waiter = new();
        private readonly int _count = count;
        private int _left = count;

        public void Signal()
        {
            if (Interlocked.Decrement(ref _left) == 0) // First make it true...
            {
                _waiter.Wake();                        // ...then wake.
            }
        }

        public Poll<int> Poll(ref PollContext context)
        {
            _waiter.Register(context.Waker);           // First register...
            return Volatile.Read(ref _left) <= 0       // ...then look.
                ? Poll<int>.Ready(_count)
                : Poll<int>.Pending;
        }
    }
}
