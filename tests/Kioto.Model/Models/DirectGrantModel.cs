using System.Threading;
using Kioto.Sync;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>
/// A permit for the leaf that a task itself waits for, of which nothing is left with the task (docs/decisions/0094): it
/// is taken by the task's next poll, or given on by who takes the leaf away. The tasks and leaves are the real ones.
/// </summary>
internal static class DirectGrantModel
{
    /// <summary>The task is aborted while its permit comes: the next one gets it, at once or after the task.</summary>
    internal static void GrantOrAbort()
    {
        Scene scene = new();
        Acquirer task = scene.Wait();
        Model.Spawn(task.Abort);
        Model.Spawn(() => Acquire(scene.Permits));
        ModelHandle giver = Model.Spawn(() => scene.Permits.Release(1));
        scene.RunUntilEnd(task);
        giver.Join();
    }

    /// <summary>The task's runtime goes, and drops it, while its permit comes: the next one gets it.</summary>
    internal static void GrantOrKill()
    {
        Scene scene = new();
        Acquirer task = scene.Wait();
        Model.Spawn(() => Acquire(scene.Permits));
        Model.Spawn(() => scene.Permits.Release(1));
        task.KillUnlessRunning();
        Assert.True(task.HasEnded);
    }

    /// <summary>Two permits come while the first of two tasks is aborted: the other has one, whatever the first does with its own.</summary>
    internal static void SecondGrant()
    {
        Scene scene = new();
        Acquirer first = scene.Wait();
        Acquirer second = scene.Wait();
        Model.Spawn(first.Abort);
        ModelHandle giver = Model.Spawn(() =>
        {
            scene.Permits.Release(1);
            scene.Permits.Release(1);
        });
        scene.RunUntilEnd(first);
        scene.RunUntilEnd(second);
        giver.Join();
        Assert.True(second.HasAcquired);
        Assert.Equal(2, scene.Permits.Available);
    }

    /// <summary>The leaf moves into an arm that its task does not poll, while its permit comes: from then on it is as any arm's.</summary>
    internal static void MovesIntoAnArm()
    {
        Scene scene = new();
        var waiter = new Waiter { OfTask = true };
        var task = new HoardingThread();
        Assert.Equal(AcquireOutcome.NoPermits, scene.Permits.Poll(waiter, task, 1));
        waiter.OfTask = false;
        Model.Spawn(() => Acquire(scene.Permits));
        Model.Spawn(() => scene.Permits.Release(1));
        var keeper = new HoardingThread();
        if (scene.Permits.Poll(waiter, keeper, 1) == AcquireOutcome.Acquired)
        {
            scene.Permits.Release(1);
            return;
        }

        keeper.Turn();
        keeper.Sleep();
        keeper.Turn();
    }

    /// <summary>The pooled leaf of a task that has ended is the next time in an arm that nobody polls: it is passed over.</summary>
    internal static void ReusedInAnArm()
    {
        Scene scene = new();
        Acquirer task = scene.Wait();
        ModelHandle giver = Model.Spawn(() => scene.Permits.Release(1));
        scene.RunUntilEnd(task);
        giver.Join();
        Assert.True(task.HasAcquired);
        Assert.Equal(AcquireOutcome.Acquired, scene.Permits.TryAcquire(1));

        var keeper = new HoardingThread();
        var arm = new ArmStrand(keeper);
        Ambient.Current.Strand = arm;
        WaitLeaf<Acquiring, Unit> leaf = WaitLeaf<Acquiring, Unit>.Create(new Acquiring(scene.Permits));
        Assert.Same(task.Leaf, leaf);
        Assert.False(leaf.Start(leaf.Version, Ambient.Current));
        Ambient.Current.Strand = null;
        Model.Spawn(() => Acquire(scene.Permits));
        Model.Spawn(() => scene.Permits.Release(1));
        keeper.Turn();
        keeper.Sleep();
        keeper.Turn();
    }

    private static void Acquire(PermitQueue permits)
    {
        var target = new ParkedThread();
        var waiter = new Waiter();
        while (permits.Poll(waiter, target, 1) != AcquireOutcome.Acquired)
        {
            target.Sleep();
        }
    }

    private sealed class Scene
    {
        private readonly TaskQueue _queue = new();

        internal Scene() => SourcePool<WaitLeaf<Acquiring, Unit>>.Clear();

        internal PermitQueue Permits { get; } = new("model", 0);

        /// <summary>A task that waits for a permit, and releases it when it has it.</summary>
        internal Acquirer Wait()
        {
            var task = new Acquirer(Permits);
            _queue.Spawn(task);
            Ambient.Current.Scheduler = _queue;
            Assert.True(_queue.RunOne());
            Assert.False(task.HasEnded);
            return task;
        }

        internal void RunUntilEnd(Acquirer task)
        {
            while (!task.HasEnded)
            {
                _queue.RunOrPark();
            }
        }
    }

    private sealed class Acquirer(PermitQueue permits) : TaskHeader
    {
        private int _ended;

        /// <summary>The leaf that it waited for: used by others since.</summary>
        internal WaitLeaf<Acquiring, Unit>? Leaf { get; private set; }

        internal bool HasAcquired { get; private set; }

        internal bool HasEnded => Volatile.Read(ref _ended) != 0;

        private protected override bool BeginBody(Ambient ambient)
        {
            Leaf = WaitLeaf<Acquiring, Unit>.Create(new Acquiring(permits));
            if (Leaf.Start(Leaf.Version, ambient))
            {
                return true;
            }

            Leaf.Attach(null, this);
            return false;
        }

        private protected override void Complete(Ambient ambient)
        {
            HasAcquired = !Leaf!.EndsCancelled;
            Leaf.Discard(ambient);
            if (HasAcquired)
            {
                permits.Release(1);
            }

            End();
        }

        private protected override void OnKilled() => End();

        private void End()
        {
            Status.TransitionToComplete();
            Volatile.Write(ref _ended, 1);
            Scheduler.Schedule(new Nothing { Scheduler = Scheduler }, Ambient.Current); // Whoever runs the queue looks again.
        }
    }

    /// <summary>Ends with its first poll.</summary>
    private sealed class Nothing : TaskHeader
    {
        private protected override bool BeginBody(Ambient ambient) => true;

        private protected override void Complete(Ambient ambient) => Status.TransitionToComplete();

        private protected override void OnKilled()
        {
        }
    }

    private readonly struct Acquiring(PermitQueue permits) : IWaitOperation<Unit>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out Unit result)
        {
            result = default;
            return permits.Poll(waiter, target, 1) == AcquireOutcome.Acquired;
        }

        public void Withdraw(Waiter waiter) => permits.Withdraw(waiter);

        public void Describe(LeafDescription into)
        {
        }
    }
}
