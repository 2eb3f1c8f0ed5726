using System.Threading;
using Kioto.Sync;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>
/// A notification for the leaf that a task itself waits for, which is taken without asking the primitive, by a leaf that
/// lies in its pool with what it served last. The tasks and leaves are the real ones.
/// </summary>
internal static class DirectNotifyModel
{
    /// <summary>A task waits for one notification after the other by the same leaf: each is seen, and once.</summary>
    internal static void OneAfterTheOther()
    {
        Scene scene = new();
        Listener task = scene.Spawn(2);
        Model.Spawn(scene.There.NotifyOne);
        ModelHandle giver = Model.Spawn(scene.Here.NotifyOne);
        scene.RunUntilEnd(task);
        giver.Join();
        Assert.Equal(2, task.Heard);
        Assert.False(IsStored(scene.Here));
        Assert.False(IsStored(scene.There));
    }

    /// <summary>The task is aborted while it is notified: the next one gets what it did not take.</summary>
    internal static void NotifiedOrAborted()
    {
        Scene scene = new();
        Listener task = scene.Spawn(1);
        Assert.True(scene.RunOne());
        Model.Spawn(task.Abort);
        ModelHandle giver = Model.Spawn(scene.Here.NotifyOne);
        scene.RunUntilEnd(task);
        giver.Join();
        Assert.Equal(task.Heard == 0, IsStored(scene.Here));
    }

    /// <summary>The pooled leaf of a task is the next time in an arm that nobody polls: it is passed over.</summary>
    internal static void ReusedInAnArm()
    {
        Scene scene = new();
        Listener task = scene.Spawn(1);
        Assert.True(scene.RunOne());
        scene.Here.NotifyOne();
        scene.RunUntilEnd(task);

        var keeper = new HoardingThread();
        Ambient.Current.Strand = new ArmStrand(keeper);
        var leaf = (NotifiedLeaf)scene.Here.NotifiedAsync().Source!;
        Assert.Same(task.Leaf, leaf);
        Assert.False(leaf.Start(leaf.Version, Ambient.Current));
        Ambient.Current.Strand = null;
        ModelHandle giver = Model.Spawn(scene.Here.NotifyOne);
        keeper.Turn();
        keeper.Sleep();
        keeper.Turn();
        giver.Join();
        Assert.True(IsStored(scene.Here));
    }

    /// <summary>A leaf moves out of an arm to a task that waits for it itself, while it is notified, and the arm's task passes that on.</summary>
    internal static void MovesOutOfAnArm()
    {
        Scene scene = new();
        var keeper = new HoardingThread();
        Ambient ambient = Ambient.Current;
        ambient.Strand = new ArmStrand(keeper);
        var leaf = (NotifiedLeaf)scene.Here.NotifiedAsync().Source!;
        Assert.False(leaf.Start(leaf.Version, ambient));
        scene.Here.NotifyOne();
        ModelHandle turns = Model.Spawn(() =>
        {
            keeper.Turn();
            keeper.Turn();
            keeper.End();
        });
        var task = new HoardingThread();
        ambient.Strand = task;
        bool heard = leaf.PollLeaf(task, ambient);
        ambient.Strand = null;
        turns.Join();
        heard |= !heard && leaf.PollLeaf(task, ambient);
        Assert.Equal(!heard, IsStored(scene.Here));
    }

    private static bool IsStored(Notify notify)
    {
        var leaf = (LeafSource<Unit>)notify.NotifiedAsync().Source!;
        var context = new PollContext(new Waker(new ParkedThread()));
        bool isStored = leaf.PollLeaf(ref context);
        if (!isStored)
        {
            leaf.CancelLeaf(null!);
        }

        return isStored;
    }

    private sealed class Scene
    {
        private readonly TaskQueue _queue = new();

        internal Scene()
        {
            SourcePool<NotifiedLeaf>.Clear();
            Ambient.Current.Scheduler = _queue;
        }

        internal Notify Here { get; } = new();

        internal Notify There { get; } = new();

        internal Listener Spawn(int times)
        {
            var task = new Listener(this, times);
            _queue.Spawn(task);
            return task;
        }

        internal bool RunOne() => _queue.RunOne();

        internal void RunUntilEnd(Listener task)
        {
            while (!task.HasEnded)
            {
                _queue.RunOrPark();
            }
        }
    }

    /// <summary>A task that waits here, then there, by the leaf that it has just given back.</summary>
    private sealed class Listener(Scene scene, int times) : TaskHeader
    {
        private int _ended;

        internal NotifiedLeaf? Leaf { get; private set; }

        internal int Heard { get; private set; }

        internal bool HasEnded => Volatile.Read(ref _ended) != 0;

        private protected override bool BeginBody(Ambient ambient) => !TryWait(new Frame(this), ambient);

        private protected override void Complete(Ambient ambient)
        {
            Status.TransitionToComplete();
            Volatile.Write(ref _ended, 1);
            ModelTask last = ModelTask.Once(static () => { });
            last.Scheduler = Scheduler;
            Scheduler.Schedule(last, ambient); // Whoever runs the queue looks again.
        }

        private protected override void OnKilled() => throw new System.NotSupportedException();

        private bool TryWait(Frame frame, Ambient ambient)
        {
            Leaf = (NotifiedLeaf)(Heard == 0 ? scene.Here : scene.There).NotifiedAsync().Source!;
            if (Leaf.Start(Leaf.Version, ambient))
            {
                return GoOn(frame, ambient);
            }

            Leaf.Attach(frame, this);
            return true;
        }

        // Returns whether it waits.
        private bool GoOn(Frame frame, Ambient ambient)
        {
            bool heard = !Leaf!.EndsCancelled;
            Leaf.Discard(ambient);
            if (!heard)
            {
                return false;
            }

            Heard++;
            return Heard < times && TryWait(frame, ambient);
        }

        private sealed class Frame(Listener task) : ResultSource<Unit>
        {
            internal override bool Start(uint token, Ambient ambient) => throw new System.NotSupportedException();

            internal override void Attach(FutureSource? awaiting, Strand strand) => throw new System.NotSupportedException();

            internal override void Abandon() => throw new System.NotSupportedException();

            internal override void Resume(Ambient ambient) =>
                State = task.GoOn(this, ambient) ? SourceState.Started : SourceState.Done;

            private protected override void Recycle(Ambient ambient)
            {
            }
        }
    }
}
