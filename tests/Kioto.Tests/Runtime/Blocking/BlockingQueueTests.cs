using System;
using System.Collections.Generic;
using System.Linq;

namespace Kioto.Tests;

/// <summary>The transitions of a pool's queue one by one. Interleavings are Kioto.Model's.</summary>
public sealed class BlockingQueueTests
{
    private readonly BlockingCrew _crew = new(
        Runtimes.Create(RuntimeKind.CurrentThread).Handle.Scheduler,
        new BlockingPoolOptions("test", 8, null),
        "test",
        TimeSpan.FromSeconds(1));

    [Fact]
    public void One_is_called_for_a_burst_and_one_more_for_each_sixteen()
    {
        BlockingQueue queue = new(maxThreads: 8);
        BlockingCall[] calls = [.. Enumerable.Range(0, 40).Select(_ => Push(queue, new Work()))];
        Assert.Equal([0, 15, 31], Enumerable.Range(0, 40).Where(i => calls[i] == BlockingCall.Start));
        Assert.Equal(3, queue.Metrics().Threads);
    }

    [Fact]
    public void Who_takes_one_calls_for_the_next()
    {
        BlockingQueue queue = new(maxThreads: 2);
        Assert.Equal(BlockingCall.Start, Push(queue, new Work()));
        Assert.Equal(BlockingCall.Nobody, Push(queue, new Work()));
        Assert.Equal(BlockingCall.Nobody, Push(queue, new Work()));
        Assert.Equal(BlockingTake.Run, Take(queue, NewThread(), BlockingTurn.Started, out BlockingCall call, out _));
        Assert.Equal(BlockingCall.Start, call);
        Assert.Equal(BlockingTake.Run, Take(queue, NewThread(), BlockingTurn.Started, out call, out _));
        Assert.Equal(BlockingCall.Nobody, call); // There are two, both busy.
        Assert.Equal(1, queue.Metrics().QueueDepth);
    }

    [Fact]
    public void The_latest_idle_thread_is_called_first_and_others_time_out()
    {
        BlockingQueue queue = new(maxThreads: 3);
        BlockingThread[] threads = Idle(queue, 3);
        Assert.Equal(BlockingTake.Leave, Take(queue, threads[0], BlockingTurn.Expired, out _, out _));
        queue.Push(Item(new Work()), 0, out BlockingThread? called);
        Assert.Same(threads[2], called);
        Assert.Equal(BlockingTake.Run, Take(queue, threads[2], BlockingTurn.Expired, out _, out _)); // It had been called.
        queue.Push(Item(new Work()), 0, out called);
        Assert.Same(threads[1], called);
        Assert.Equal(2, queue.Metrics().Threads);
    }

    [Fact]
    public void A_wake_for_nothing_changes_nothing()
    {
        BlockingQueue queue = new(maxThreads: 1);
        BlockingThread thread = Idle(queue, 1)[0];
        Assert.Equal(BlockingTake.Park, Take(queue, thread, BlockingTurn.Slept, out _, out _));
        Assert.Equal(BlockingCall.Wake, Push(queue, new Work()));
        Assert.Equal(BlockingTake.Run, Take(queue, thread, BlockingTurn.Slept, out _, out _));
        Assert.Equal(BlockingTake.Park, Take(queue, thread, BlockingTurn.Done, out _, out _));
        Assert.Equal(BlockingTake.Leave, Take(queue, thread, BlockingTurn.Expired, out _, out _));
        Assert.Equal(0, queue.Metrics().Threads);
    }

    [Fact]
    public void When_the_system_gives_no_thread_the_queue_is_handed_back_unless_there_is_another()
    {
        BlockingQueue queue = new(maxThreads: 2);
        Work[] works = [new(), new(), new()];
        Push(queue, works[0]);
        Push(queue, works[1]);
        Assert.Equal(works.Take(2), queue.StartFailed()!.Select(item => (Work)item.Work));
        Assert.Equal(0, queue.Metrics().QueueDepth);

        Push(queue, works[0]);
        BlockingThread thread = NewThread();
        Assert.Equal(BlockingTake.Run, Take(queue, thread, BlockingTurn.Started, out _, out _));
        Assert.Equal(BlockingCall.Start, Push(queue, works[1]));
        Assert.Null(queue.StartFailed());
        Assert.Equal(BlockingTake.Run, Take(queue, thread, BlockingTurn.Done, out _, out _));
        Assert.Equal(1, queue.Metrics().Threads);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(2000)]
    public void Closures_are_taken_back_from_anywhere_and_the_rest_keeps_its_order(int count)
    {
        BlockingQueue queue = new(maxThreads: 1);
        Random random = new(count);
        for (int round = 0; round < 3; round++)
        {
            List<Work> works = [.. Enumerable.Range(0, count).Select(_ => new Work())];
            works.ForEach(work => Push(queue, work));
            foreach (Work work in works.ToArray())
            {
                if (random.Next(2) == 0)
                {
                    Assert.True(queue.Withdraw(work, out _));
                    Assert.False(queue.Withdraw(work, out _));
                    works.Remove(work);
                }
            }

            BlockingThread thread = NewThread();
            BlockingTurn turn = round == 0 ? BlockingTurn.Started : BlockingTurn.Slept;
            foreach (Work work in works)
            {
                queue.Take(thread, turn, 0, out BlockingItem item, out _, out _);
                Assert.Same(work, item.Work);
                turn = BlockingTurn.Done;
            }

            Assert.Equal(BlockingTake.Park, Take(queue, thread, turn, out _, out _));
            Assert.Equal(BlockingTake.Leave, Take(queue, thread, BlockingTurn.Expired, out _, out _));
            queue = new BlockingQueue(maxThreads: 1);
        }
    }

    [Fact]
    public void Waits_are_measured_across_the_end_of_the_clock_and_never_negative()
    {
        BlockingQueue queue = new(maxThreads: 1);
        BlockingThread thread = NewThread();
        queue.Push(Item(new Work()), uint.MaxValue - 10, out _);
        queue.Push(Item(new Work()), 5, out _);
        queue.Take(thread, BlockingTurn.Started, 30, out _, out _, out _);
        queue.Take(thread, BlockingTurn.Done, 4, out _, out _, out _);
        Assert.Equal(TimeSpan.FromMilliseconds(41), queue.Metrics().MaxQueueWait);
        Assert.Equal(TimeSpan.FromMilliseconds(41), queue.Metrics().TotalQueueWait);
    }

    private static BlockingItem Item(Work work) => new(work, BlockingKind.Plain);

    private static BlockingCall Push(BlockingQueue queue, Work work) => queue.Push(Item(work), 0, out _);

    private static BlockingTake Take(
        BlockingQueue queue, BlockingThread thread, BlockingTurn turn, out BlockingCall call, out BlockingThread? idle) =>
        queue.Take(thread, turn, 0, out _, out call, out idle);

    private BlockingThread NewThread() => new(_crew);

    // As many threads, which went to sleep in this order.
    private BlockingThread[] Idle(BlockingQueue queue, int count)
    {
        BlockingThread[] threads = [.. Enumerable.Range(0, count).Select(_ => NewThread())];
        for (int i = 0; i < count; i++)
        {
            Push(queue, new Work());
            Take(queue, threads[i], BlockingTurn.Started, out _, out _);
        }

        foreach (BlockingThread thread in threads)
        {
            Assert.Equal(BlockingTake.Park, Take(queue, thread, BlockingTurn.Done, out _, out _));
        }

        return threads;
    }

    private sealed class Work : IBlockingWork
    {
        public int Place { get; set; }

        public void Run()
        {
        }

        public void Refuse()
        {
        }
    }
}
