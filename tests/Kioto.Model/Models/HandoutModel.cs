using Kioto.Sync;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>Permits for waiters that nobody polls: of tasks that have ended, and of futures that have strands of their own.</summary>
internal static class HandoutModel
{
    /// <summary>A task ends, and leaves a waiter behind, while a permit comes: the next one gets it.</summary>
    internal static void HolderEnds()
    {
        var permits = new PermitQueue("model", 0);
        var task = new HoardingThread();
        Assert.Equal(AcquireOutcome.NoPermits, permits.Poll(new Waiter(), task, 1));
        Model.Spawn(() => Acquire(permits));
        Model.Spawn(task.End);
        permits.Release(1);
    }

    /// <summary>Two permits come while the task ends that left a waiter for the first of them.</summary>
    internal static void HolderEndsBetweenTwo()
    {
        var permits = new PermitQueue("model", 0);
        var task = new HoardingThread();
        Assert.Equal(AcquireOutcome.NoPermits, permits.Poll(new Waiter(), task, 1));
        Model.Spawn(() =>
        {
            task.Turn();
            task.End();
        });
        ModelHandle second = Model.Spawn(() => Acquire(permits));
        permits.Release(1);
        permits.Release(1);
        second.Join();
        permits.Close();
    }

    /// <summary>A task keeps a set without polling it: what a child of the set is given goes to the next.</summary>
    internal static void UnpolledChild()
    {
        SourcePool<PolledLeaf<int>>.Clear();
        var permits = new PermitQueue("model", 0);
        var task = new HoardingThread();
        var set = new FutureSetCore<int>();
        set.Add(PolledLeaf<int>.Await(new Acquiring(permits)));
        Assert.False(PollIn(task, set));
        set.ForgetWaker(); // The await of the set was cancelled: a child's wake reaches nobody.
        Model.Spawn(() => Acquire(permits));
        Model.Spawn(() =>
        {
            task.Turn();
            task.Sleep();
            task.Turn();
        });
        permits.Release(1);
    }

    /// <summary>A set moves to another task while a permit comes for its child: that one gets it, passed over or not.</summary>
    internal static void SetMoves()
    {
        SourcePool<PolledLeaf<int>>.Clear();
        var permits = new PermitQueue("model", 0);
        var first = new HoardingThread();
        var second = new HoardingThread();
        var set = new FutureSetCore<int>();
        set.Add(PolledLeaf<int>.Await(new Acquiring(permits)));
        Assert.False(PollIn(first, set));
        Model.Spawn(first.End);
        Model.Spawn(() =>
        {
            while (!PollIn(second, set))
            {
                second.Turn();
                second.Sleep();
            }
        });
        permits.Release(1);
    }

    private static bool PollIn(HoardingThread task, FutureSetCore<int> set)
    {
        Ambient ambient = Ambient.Current;
        ambient.Strand = task;
        bool done = set.TryPollNext(new Waker(task), ambient, out _);
        ambient.Strand = null;
        return done;
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

    private sealed class Acquiring(PermitQueue permits) : IFuture<int>
    {
        private readonly Waiter _waiter = new();

        public Poll<int> Poll(ref PollContext context) =>
            permits.Poll(_waiter, context.Waker.Target!, 1) == AcquireOutcome.Acquired ? Poll<int>.Ready(1) : Poll<int>.Pending;
    }
}
