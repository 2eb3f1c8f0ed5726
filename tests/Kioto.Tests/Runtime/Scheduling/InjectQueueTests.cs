using System;
using System.Collections.Generic;

namespace Kioto.Tests;

/// <summary>The shared queue alone; the models have the threads.</summary>
public sealed class InjectQueueTests
{
    private readonly InjectQueue _queue = new();

    [Fact]
    public void Tasks_come_out_one_by_one_in_the_order_in_which_they_went_in()
    {
        Assert.True(_queue.IsEmpty);
        Assert.Null(_queue.PopChain(1));
        TaskHeader[] tasks = Tasks(10);
        Array.ForEach(tasks, _queue.Push);
        Assert.False(_queue.IsEmpty);
        foreach (TaskHeader task in tasks)
        {
            Assert.Equal([task], Chain(_queue.PopChain(1)));
        }

        Assert.True(_queue.IsEmpty);
        Assert.Null(_queue.PopChain(1));
    }

    [Fact]
    public void Chains_keep_their_order_among_single_tasks()
    {
        TaskHeader[] tasks = Tasks(6);
        _queue.Push(tasks[0]);
        tasks[1].Next = tasks[2];
        tasks[2].Next = tasks[3];
        _queue.PushChain(tasks[1], tasks[3]);
        _queue.Push(tasks[4]);
        _queue.PushChain(tasks[5], tasks[5]);
        Assert.Equal(tasks, Chain(_queue.PopChain(int.MaxValue)));
        Assert.True(_queue.IsEmpty);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    public void A_pop_takes_at_most_what_was_asked_for_and_leaves_the_rest(int most)
    {
        TaskHeader[] tasks = Tasks(10);
        Array.ForEach(tasks, _queue.Push);
        int taken = Math.Min(most, tasks.Length);
        Assert.Equal(tasks[..taken], Chain(_queue.PopChain(most)));
        Assert.Equal(taken == tasks.Length, _queue.IsEmpty);
        TaskHeader late = Tasks(1)[0];
        _queue.Push(late);
        Assert.Equal([.. tasks[taken..], late], Chain(_queue.PopChain(int.MaxValue)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(64)]
    public void A_worker_runs_the_first_and_has_the_next_in_its_ring(int most)
    {
        TaskHeader[] tasks = Tasks(10);
        Array.ForEach(tasks, _queue.Push);
        LocalQueue ring = new();
        Assert.Same(tasks[0], _queue.PopInto(ring, most));
        Assert.Null(tasks[0].Next);
        List<TaskHeader> order = [tasks[0]];
        while (ring.Pop() is { } task)
        {
            Assert.Null(task.Next);
            order.Add(task);
        }

        // One is always left behind, so that the queue is not empty while others are on their way.
        Assert.Equal(Math.Min(most, tasks.Length - 1), order.Count);
        order.AddRange(Chain(_queue.PopChain(int.MaxValue)));
        Assert.Equal(tasks, order);
    }

    [Fact]
    public void What_does_not_fit_into_the_ring_stays()
    {
        LocalQueue ring = new();
        int capacity = 0;
        while (ring.TryPush(Tasks(1)[0]))
        {
            capacity++;
        }

        Assert.Equal(256, capacity);
        Assert.NotNull(ring.Pop());
        TaskHeader[] tasks = Tasks(10);
        Array.ForEach(tasks, _queue.Push);
        Assert.Same(tasks[0], _queue.PopInto(ring, 64));
        Assert.Equal(capacity, ring.Count);
        Assert.Equal(tasks[2..], Chain(_queue.PopChain(int.MaxValue)));
    }

    private static TaskHeader[] Tasks(int count)
    {
        Func<Future> body = () => Future.Completed;
        var tasks = new TaskHeader[count];
        for (int i = 0; i < count; i++)
        {
            tasks[i] = new TaskCell<Unit>(body, TaskBody.FutureFunc, Ambient.Current, default);
        }

        return tasks;
    }

    private static List<TaskHeader> Chain(TaskHeader? first)
    {
        List<TaskHeader> tasks = [];
        for (TaskHeader? task = first; task is not null; task = task.Next)
        {
            tasks.Add(task);
        }

        return tasks;
    }
}
