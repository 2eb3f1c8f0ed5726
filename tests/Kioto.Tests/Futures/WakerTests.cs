using System;

namespace Kioto.Tests;

public sealed class WakerTests
{
    [Fact]
    public void Noop_does_nothing() => Waker.Noop.Wake();

    [Fact]
    public void A_callback_is_called_each_time()
    {
        int calls = 0;
        Waker waker = Waker.Create(() => calls++);
        waker.Wake();
        waker.Wake();
        Assert.Equal(2, calls);
    }

    [Fact]
    public void Copies_wake_the_same()
    {
        Waker waker = Waker.Create(() => { });
        Waker copy = waker;
        Assert.True(waker.WillWake(copy));
        Assert.True(waker == copy && waker.Equals((object)copy));
        Assert.Equal(waker.GetHashCode(), copy.GetHashCode());
        Assert.True(waker != Waker.Create(() => { }));
        Assert.True(Waker.Noop != waker && default(Waker) == Waker.Noop);
    }

    [Fact]
    public void Create_of_null_throws() => Assert.Throws<ArgumentNullException>(() => Waker.Create(null!));

    [Fact]
    public void A_context_by_hand_polls_a_future_by_hand()
    {
        int wakes = 0;
        Signal signal = new();
        PollContext context = new(Waker.Create(() => wakes++));
        Assert.True(signal.Poll(ref context).IsPending);
        signal.Set(8);
        Assert.Equal(1, wakes);
        Assert.Equal(8, signal.Poll(ref context).Value);
    }

    [Fact]
    public void Waking_a_finished_task_does_nothing() => Runtimes.Run(async () =>
    {
        Waker waker = await Kio.Spawn(Poll.Of((ref PollContext context) => Poll<Waker>.Ready(context.Waker)));
        waker.Wake();
        await Kio.YieldNow();
        waker.Wake();
    });

    [Fact]
    public void Waking_a_task_of_a_disposed_runtime_does_nothing() => Bounded.Run(() =>
    {
        Waker waker = default;
        using (Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers))
        {
            runtime.RunTask(async () =>
            {
                JoinHandle<int> handle = Kio.Spawn(Poll.Of((ref PollContext context) =>
                {
                    waker = context.Waker;
                    return Poll<int>.Pending;
                }));
                await Expect.Until(() => waker != Waker.Noop);
                _ = handle;
            });
        }

        waker.Wake();
    });
}
