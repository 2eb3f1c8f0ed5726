using System.Collections.Generic;
using System.Threading;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>A cancelled task that goes on is given its cancellation again when its grace is over, however late it sleeps.</summary>
internal static class GraceModel
{
    /// <summary>The timer fires while the task's poll ends.</summary>
    internal static void GraceEndsDuringPoll()
    {
        var queue = new GracefulQueue();
        var task = new Swallowing();
        queue.Spawn(task);
        Ambient.Current.Scheduler = queue;
        queue.RunOne();
        task.Abort();
        while (!task.Ended)
        {
            queue.RunOrPark();
        }

        Assert.Equal(2, task.Cancels);
    }

    /// <summary>The task ends by itself while the timer fires: the wake comes for nothing.</summary>
    internal static void GraceEndsLate()
    {
        var queue = new GracefulQueue();
        var task = new Swallowing();
        queue.Spawn(task);
        Ambient.Current.Scheduler = queue;
        queue.RunOne();
        task.Abort();
        queue.RunOne();
        task.Finish();
        while (!task.Ended)
        {
            queue.RunOrPark();
        }

        queue.RunOne();
        Assert.InRange(task.Cancels, 1, 2);
    }

    /// <summary>Two deliveries are swallowed: the third one lets foreign Tasks go, and is the one that is reported.</summary>
    internal static void DetachingDelivery()
    {
        var queue = new GracefulQueue();
        var task = new Swallowing(deliveries: 3);
        queue.Spawn(task);
        Ambient.Current.Scheduler = queue;
        queue.RunOne();
        task.Abort();
        while (!task.Ended)
        {
            Assert.Equal(task.Cancels >= 3, task.IsDetaching);
            queue.RunOrPark();
        }

        Assert.Equal(3, task.Cancels);
        Assert.True(task.IsDetaching);
        Assert.IsType<System.TimeoutException>(Assert.Single(queue.Reports));
    }

    /// <summary>The runtime's timers close while a cancelled task cleans up: that is no second cancellation.</summary>
    internal static void TimersCloseDuringGrace()
    {
        var queue = new GracefulQueue { TimersClose = true };
        var task = new Swallowing();
        queue.Spawn(task);
        Ambient.Current.Scheduler = queue;
        queue.RunOne();
        task.Abort();
        queue.RunOne();
        task.Finish();
        while (!task.Ended)
        {
            queue.RunOrPark();
        }

        Assert.Equal(1, task.Cancels);
    }

    /// <summary>One leaf, of which all cancellations but the last change nothing.</summary>
    private sealed class Swallowing(int deliveries = 2) : TaskHeader
    {
        private int _finished;

        internal int Deliveries => deliveries;

        internal int Cancels { get; private set; }

        internal bool Ended { get; private set; }

        internal void Finish()
        {
            Volatile.Write(ref _finished, 1);
            Wake();
        }

        private protected override bool BeginBody(Ambient ambient)
        {
            Suspend(new Leaf(this), null);
            return false;
        }

        private protected override void Complete(Ambient ambient)
        {
            Assert.False(Ended);
            Ended = true;
            Status.TransitionToComplete();
        }

        private protected override void OnKilled() => throw new System.NotSupportedException();

        private sealed class Leaf(Swallowing task) : ModelLeaf
        {
            internal override bool PollLeaf(Strand strand, Ambient ambient) => Volatile.Read(ref task._finished) != 0;

            internal override bool CancelLeaf(Strand strand) => ++task.Cancels == task.Deliveries;
        }
    }

    /// <summary>A scheduler whose timers fire on a thread of their own, at any time.</summary>
    private sealed class GracefulQueue : Scheduler, ITimerSource
    {
        private readonly Queue<TaskHeader> _queue = [];
        private readonly Lock _lock = new();
        private readonly ThreadParker _parker = new();

        internal List<System.Exception> Reports { get; } = [];

        /// <summary>Whether the timers don't fire, but close.</summary>
        internal bool TimersClose { get; init; }

        public long Now => 0;

        internal override SynchronizationContext Context => throw new System.NotSupportedException();

        internal override ITimerSource Timers => this;

        internal override bool IsClosed => false;

        internal override long CleanupGraceNanos => 1;

        public void Start(TimerEntry timer, long now)
        {
            WakeTarget target = timer.Target!;
            timer.Word.TrySettle(timer.Word.Read(), TimersClose ? TimerState.Gone : TimerState.Fired);
            Model.Spawn(target.Wake);
        }

        public void Reset(TimerEntry timer, long deadline) => throw new System.NotSupportedException();

        internal override bool TryRegister(TaskHeader task, Ambient ambient) => true;

        internal override void Unregister(TaskHeader task, Ambient ambient)
        {
        }

        internal override void Schedule(TaskHeader task, Ambient ambient)
        {
            Push(task);
            _parker.Unpark();
        }

        internal override void ReportUnhandled(System.Exception failure) => Reports.Add(failure);

        internal void Spawn(TaskHeader task)
        {
            task.Scheduler = this;
            Push(task);
        }

        internal void RunOrPark()
        {
            if (!RunOne())
            {
                _parker.Park();
            }
        }

        internal bool RunOne()
        {
            TaskHeader? task;
            using (_lock.EnterScope())
            {
                _queue.TryDequeue(out task);
            }

            if (task is null)
            {
                return false;
            }

            if (task.Run(Ambient.Current) != RunOutcome.Released)
            {
                Push(task);
            }

            return true;
        }

        private void Push(TaskHeader task)
        {
            using (_lock.EnterScope())
            {
                _queue.Enqueue(task);
            }
        }
    }
}
