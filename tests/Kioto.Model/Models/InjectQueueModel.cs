using System.Collections.Generic;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>The shared queue: each task is popped once, in the order of its producer, and none stays behind.</summary>
internal static class InjectQueueModel
{
    /// <summary>Two producers, and one consumer that takes one at a time.</summary>
    internal static void OneByOne() => TwoProducers(1);

    /// <summary>The same, taking all there is.</summary>
    internal static void AllAtOnce() => TwoProducers(int.MaxValue);

    /// <summary>Two workers pop into their rings what one producer pushes.</summary>
    internal static void IntoRings()
    {
        var queue = new InjectQueue();
        QueuedTask[] tasks = Tasks(4);
        ModelHandle other = Model.Spawn(() => DrainInto(queue, new LocalQueue()));
        queue.Push(tasks[0]);
        queue.Push(tasks[1]);
        tasks[2].Next = tasks[3];
        queue.PushChain(tasks[2], tasks[3]);
        DrainInto(queue, new LocalQueue());
        other.Join();
        DrainInto(queue, new LocalQueue());
        Assert.All(tasks, task => Assert.Equal(1, task.Taken));
    }

    /// <summary>VISIBLE: who looks at the queue and then at the ring misses no task on its way from one to the other.</summary>
    internal static void MoveIsVisible() => Move(3);

    /// <summary>The same with one task besides the one that is run.</summary>
    internal static void LastMoveIsVisible() => Move(2);

    /// <summary>A queue that was popped empty while a push began takes that push.</summary>
    internal static void PushWhileEnding()
    {
        var queue = new InjectQueue();
        QueuedTask[] tasks = Tasks(2);
        queue.Push(tasks[0]);
        ModelHandle producer = Model.Spawn(() => queue.Push(tasks[1]));
        Assert.Same(tasks[0], queue.PopChain(1));
        producer.Join();
        Assert.False(queue.IsEmpty);
        Assert.Same(tasks[1], queue.PopChain(1));
        Assert.True(queue.IsEmpty);
    }

    private static void Move(int count)
    {
        var queue = new InjectQueue();
        var ring = new LocalQueue();
        QueuedTask[] tasks = Tasks(count);
        foreach (QueuedTask task in tasks)
        {
            queue.Push(task);
        }

        ModelHandle worker = Model.Spawn(() => Assert.Same(tasks[0], queue.PopInto(ring, count)));
        Assert.True(!queue.IsEmpty || ring.Count > 0);
        worker.Join();
        Assert.True(!queue.IsEmpty || ring.Count > 0);
    }

    private static void TwoProducers(int most)
    {
        var queue = new InjectQueue();
        QueuedTask[] tasks = Tasks(4);
        ModelHandle[] producers =
        [
            Model.Spawn(() => PushBoth(queue, tasks[0], tasks[1])),
            Model.Spawn(() => PushBoth(queue, tasks[2], tasks[3])),
        ];
        List<int> order = [];
        Drain(queue, most, order);
        producers[0].Join();
        producers[1].Join();
        Drain(queue, most, order);
        Assert.True(queue.IsEmpty);
        Assert.Equal(4, order.Count);
        Assert.True(order.IndexOf(0) < order.IndexOf(1));
        Assert.True(order.IndexOf(2) < order.IndexOf(3));
    }

    private static void PushBoth(InjectQueue queue, QueuedTask first, QueuedTask second)
    {
        queue.Push(first);
        queue.Push(second);
    }

    private static void Drain(InjectQueue queue, int most, List<int> order)
    {
        while (queue.PopChain(most) is { } first)
        {
            for (TaskHeader? task = first; task is not null; task = task.Next)
            {
                order.Add(((QueuedTask)task).Number);
            }
        }
    }

    private static void DrainInto(InjectQueue queue, LocalQueue ring)
    {
        while ((ring.Pop() ?? queue.PopInto(ring, 3)) is QueuedTask task)
        {
            Assert.Null(task.Next);
            task.Taken++;
        }
    }

    private static QueuedTask[] Tasks(int count)
    {
        var tasks = new QueuedTask[count];
        for (int i = 0; i < count; i++)
        {
            tasks[i] = new QueuedTask { Number = i };
        }

        return tasks;
    }
}
