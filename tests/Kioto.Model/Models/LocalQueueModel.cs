using System.Collections.Generic;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>A worker's ring of four: each task that is pushed is obtained once, by the owner in order.</summary>
internal static class LocalQueueModel
{
    // Positions wrap within the model.
    private const uint Start = uint.MaxValue - 1;

    /// <summary>The owner pushes and pops while a thief steals.</summary>
    internal static void OneThief()
    {
        var tasks = new Tasks(4);
        var queue = new LocalQueue(Start);
        ModelHandle thief = Model.Spawn(() => StealOnce(tasks, queue));
        for (int i = 0; i < 3; i++)
        {
            Assert.True(queue.TryPush(tasks[i]));
        }

        tasks.TakenByOwner(queue.Pop());
        Assert.True(queue.TryPush(tasks[3]));
        tasks.TakenByOwner(queue.Pop());
        thief.Join();
        DrainAndCheck(tasks, queue);
    }

    /// <summary>Two thieves: one of them comes while the other is copying.</summary>
    internal static void TwoThieves()
    {
        var tasks = new Tasks(4);
        var queue = new LocalQueue(Start);
        Assert.True(queue.TryPush(tasks[0]));
        Assert.True(queue.TryPush(tasks[1]));
        Assert.True(queue.TryPush(tasks[2]));
        ModelHandle first = Model.Spawn(() => StealOnce(tasks, queue));
        ModelHandle second = Model.Spawn(() => StealOnce(tasks, queue));
        tasks.TakenByOwner(queue.Pop());
        Assert.True(queue.TryPush(tasks[3]));
        first.Join();
        second.Join();
        DrainAndCheck(tasks, queue);
    }

    /// <summary>The owner refills a full ring while a thief copies: a slot under copy is not overwritten.</summary>
    internal static void FullRing()
    {
        var tasks = new Tasks(6);
        var queue = new LocalQueue(Start);
        for (int i = 0; i < LocalQueue.Capacity; i++)
        {
            Assert.True(queue.TryPush(tasks[i]));
        }

        Assert.False(queue.TryPush(tasks[4]));
        Assert.Equal(0, queue.Free);
        ModelHandle thief = Model.Spawn(() => StealOnce(tasks, queue));
        tasks.TakenByOwner(queue.Pop());
        for (int i = 4; i < 6; i++)
        {
            if (!queue.TryPush(tasks[i]))
            {
                tasks.NotPushed(i);
            }
        }

        thief.Join();
        DrainAndCheck(tasks, queue);
    }

    /// <summary>A thief is stolen from while it steals (loom's chained_steal).</summary>
    internal static void ChainedSteal()
    {
        var tasks = new Tasks(8);
        var first = new LocalQueue(Start);
        var second = new LocalQueue(Start);
        for (int i = 0; i < 4; i++)
        {
            Assert.True(first.TryPush(tasks[i]));
            Assert.True(second.TryPush(tasks[4 + i]));
        }

        ModelHandle thief = Model.Spawn(() =>
        {
            var own = new LocalQueue(Start);
            tasks.Taken(second.StealInto(own, out _));
            Drain(tasks, own);
        });
        Drain(tasks, second, 3);
        tasks.Taken(first.StealInto(second, out _));
        Drain(tasks, second);
        thief.Join();
        Drain(tasks, first);
        tasks.AllTakenOnce();
    }

    /// <summary>Two workers steal from each other.</summary>
    internal static void MutualSteal()
    {
        var tasks = new Tasks(4);
        var first = new LocalQueue(Start);
        var second = new LocalQueue(Start);
        for (int i = 0; i < 2; i++)
        {
            Assert.True(first.TryPush(tasks[i]));
            Assert.True(second.TryPush(tasks[2 + i]));
        }

        ModelHandle other = Model.Spawn(() =>
        {
            tasks.Taken(first.StealInto(second, out _));
            tasks.Taken(second.Pop());
        });
        tasks.Taken(second.StealInto(first, out _));
        tasks.Taken(first.Pop());
        other.Join();
        Drain(tasks, first);
        Drain(tasks, second);
        tasks.AllTakenOnce();
    }

    /// <summary>Any thread may ask how many there are: never a number that can't be.</summary>
    internal static void CountIsPlausible()
    {
        var tasks = new Tasks(3);
        var queue = new LocalQueue(Start);
        Assert.True(queue.TryPush(tasks[0]));
        ModelHandle reader = Model.Spawn(() => Assert.InRange(queue.Count, 0, 3));
        Assert.True(queue.TryPush(tasks[1]));
        tasks.TakenByOwner(queue.Pop());
        Assert.True(queue.TryPush(tasks[2]));
        reader.Join();
        DrainAndCheck(tasks, queue);
    }

    private static void StealOnce(Tasks tasks, LocalQueue from)
    {
        var own = new LocalQueue(Start);
        tasks.Taken(from.StealInto(own, out _));
        Drain(tasks, own);
    }

    private static void Drain(Tasks tasks, LocalQueue queue, int most = int.MaxValue)
    {
        while (most-- > 0 && queue.Pop() is { } task)
        {
            tasks.Taken(task);
        }
    }

    private static void DrainAndCheck(Tasks tasks, LocalQueue queue)
    {
        while (queue.Pop() is { } task)
        {
            tasks.TakenByOwner(task);
        }

        Assert.Equal(0, queue.Count);
        Assert.Equal(LocalQueue.Capacity, queue.Free);
        tasks.AllTakenOnce();
    }

    private sealed class Tasks
    {
        private readonly List<QueuedTask> _tasks = [];
        private int _lastOfOwner = -1;

        internal Tasks(int count)
        {
            for (int i = 0; i < count; i++)
            {
                _tasks.Add(new QueuedTask { Number = i });
            }
        }

        internal TaskHeader this[int number] => _tasks[number];

        internal void Taken(TaskHeader? task)
        {
            if (task is not null)
            {
                Assert.Equal(1, ++((QueuedTask)task).Taken);
            }
        }

        internal void TakenByOwner(TaskHeader? task)
        {
            if (task is QueuedTask { Number: var number })
            {
                Assert.True(number > _lastOfOwner);
                _lastOfOwner = number;
                Taken(task);
            }
        }

        internal void NotPushed(int number) => _tasks[number].Taken++;

        internal void AllTakenOnce() => Assert.All(_tasks, task => Assert.Equal(1, task.Taken));
    }
}
