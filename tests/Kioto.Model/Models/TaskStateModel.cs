using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>The state word of a task in the hands of its real owner: wakes and aborts against polls and completion.</summary>
internal static class TaskStateModel
{
    /// <summary>After each wake a poll begins that sees what the waker wrote before.</summary>
    internal static void WakesAreSeen()
    {
        var queue = new TaskQueue();
        int[] written = new int[2];
        var task = new ModelTask(_ => Volatile.Read(ref written[0]) + Volatile.Read(ref written[1]) == 2);
        queue.Spawn(task);
        for (int i = 0; i < 2; i++)
        {
            int waker = i;
            Model.Spawn(() =>
            {
                Volatile.Write(ref written[waker], 1);
                task.Wake();
            });
        }

        queue.RunUntilEnd(task);
    }

    /// <summary>The same with one waker that wakes twice, and a task that also yields.</summary>
    internal static void YieldsAndWakes()
    {
        var queue = new TaskQueue();
        int[] written = new int[1];
        var task = new ModelTask(task =>
        {
            if (task.Polls == 1)
            {
                task.RequestYield();
            }

            return Volatile.Read(ref written[0]) == 2;
        });
        queue.Spawn(task);
        Model.Spawn(() =>
        {
            Volatile.Write(ref written[0], 1);
            task.Wake();
            Volatile.Write(ref written[0], 2);
            task.Wake();
        });
        queue.RunUntilEnd(task);
    }

    /// <summary>Two threads run tasks: never the same one at once, never from two queues.</summary>
    internal static void TwoRunners()
    {
        var queue = new TaskQueue();
        int[] written = new int[1];
        var task = new ModelTask(_ => Volatile.Read(ref written[0]) == 1);
        queue.Spawn(task);
        ModelHandle waker = Model.Spawn(() =>
        {
            task.Wake();
            Volatile.Write(ref written[0], 1);
            task.Wake();
        });
        ModelHandle runner = Model.Spawn(() =>
        {
            queue.RunOne();
            queue.RunOne();
        });
        queue.RunOne();
        queue.RunOne();
        waker.Join();
        runner.Join();
        while (queue.RunOne())
        {
        }

        Assert.Equal(1, task.Completions);
    }

    /// <summary>An abort of a task that waits for ever: unwound exactly once, whenever the abort comes.</summary>
    internal static void AbortIsDelivered()
    {
        var queue = new TaskQueue();
        var task = new ModelTask(_ => false);
        queue.Spawn(task);
        Model.Spawn(task.Abort);
        queue.RunUntilEnd(task);
        Assert.True(task.IsUnwound);
        Assert.InRange(task.Cancels, task.Polls > 0 ? 1 : 0, 1);
    }

    /// <summary>Two aborts and a wake.</summary>
    internal static void AbortTwiceAndWake()
    {
        var queue = new TaskQueue();
        var task = new ModelTask(_ => false);
        queue.Spawn(task);
        Model.Spawn(task.Abort);
        Model.Spawn(() =>
        {
            task.Wake();
            task.Abort();
        });
        queue.RunUntilEnd(task);
        Assert.True(task.IsUnwound);
    }

    /// <summary>An abort races with a wake that lets the task complete: it ends once, either way.</summary>
    internal static void AbortOrCompletion()
    {
        var queue = new TaskQueue();
        int[] written = new int[1];
        var task = new ModelTask(_ => Volatile.Read(ref written[0]) == 1);
        queue.Spawn(task);
        ModelHandle waker = Model.Spawn(() =>
        {
            Volatile.Write(ref written[0], 1);
            task.Wake();
        });
        ModelHandle aborter = Model.Spawn(task.Abort);
        queue.RunUntilEnd(task);
        waker.Join();
        aborter.Join();
        Assert.False(queue.RunOne());
        Assert.True(task.Status.IsComplete);
        Assert.InRange(task.Cancels, 0, 1);
    }

    /// <summary>An abort while the task unwinds with an await of its own, which a wake ends: unwound once, not twice.</summary>
    internal static void AbortDuringUnwinding()
    {
        var queue = new TaskQueue();
        int[] written = new int[1];
        var task = new ModelTask(task => task.IsUnwound && Volatile.Read(ref written[0]) == 1) { Stubborn = true };
        queue.Spawn(task);
        Model.Spawn(() =>
        {
            task.Abort();
            Volatile.Write(ref written[0], 1);
            task.Wake();
        });
        Model.Spawn(task.Abort);
        queue.RunUntilEnd(task);
        Assert.InRange(task.Cancels, 0, 1);
    }

    /// <summary>A task that yields for ever is aborted: while it is polled, or queued.</summary>
    internal static void AbortOfAYielder()
    {
        var queue = new TaskQueue();
        var task = new ModelTask(task =>
        {
            if (task.Polls < 4)
            {
                task.RequestYield();
            }

            return false;
        });
        queue.Spawn(task);
        Model.Spawn(task.Abort);
        queue.RunUntilEnd(task);
        Assert.True(task.IsUnwound);
        Assert.InRange(task.Cancels, task.Polls > 0 ? 1 : 0, 1);
    }

    /// <summary>
    /// A poll ends with a yield, on a thread that does not put the task into a queue that anybody empties, while the
    /// scheduler drops its tasks: one of the two drops it, however far each is.
    /// </summary>
    internal static void StrayYieldOrKill()
    {
        ModelTask task = Yielder();
        TransitionToRunning how = task.Status.TransitionToRunning();
        ModelHandle runner = Model.Spawn(() =>
        {
            if (task.Run(Ambient.Current, how) != RunOutcome.Released)
            {
                task.TryPutDown();
            }
        });
        task.KillUnlessRunning();
        runner.Join();
        Assert.Equal(1, task.Completions);
    }

    /// <summary>A task that has yielded is in its queue, which one thread empties while another drops all tasks.</summary>
    internal static void QueuedYieldOrKill()
    {
        ModelTask task = Yielder();
        Assert.Equal(RunOutcome.Yielded, task.Run(Ambient.Current));
        ModelHandle emptier = Model.Spawn(task.KillUnlessListed);
        task.KillUnlessRunning();
        emptier.Join();
        Assert.Equal(1, task.Completions);
    }

    /// <summary>The same with a task that was woken: it is queued without RUNNING.</summary>
    internal static void QueuedWakeOrKill()
    {
        var task = new ModelTask(task =>
        {
            task.Wake();
            return false;
        })
        { Slot = 0, Scheduler = new TaskQueue() };
        Assert.Equal(RunOutcome.Notified, task.Run(Ambient.Current));
        ModelHandle emptier = Model.Spawn(task.KillUnlessListed);
        task.KillUnlessRunning();
        emptier.Join();
        Assert.Equal(1, task.Completions);
    }

    // In a list of live tasks, so that who empties a queue leaves it to that.
    private static ModelTask Yielder() => new(task =>
    {
        task.RequestYield();
        return false;
    })
    { Slot = 0, Scheduler = new TaskQueue() };
}
