using Kioto.Sync;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>Permits: nobody has more than there are, nobody waits for ever, what is given up goes to the next.</summary>
internal static class PermitModel
{
    /// <summary>One permit, two who take it and give it back, twice.</summary>
    internal static void MutualExclusion()
    {
        var permits = new PermitQueue("model", 1, 1);
        int inside = 0;
        for (int i = 0; i < 2; i++)
        {
            Model.Spawn(() =>
            {
                for (int turn = 0; turn < 2; turn++)
                {
                    Assert.Equal(AcquireOutcome.Acquired, Acquire(permits, 1));
                    Assert.Equal(1, ++inside);
                    inside--;
                    permits.Release(1);
                }
            });
        }
    }

    /// <summary>One wants two permits, which come one by one, and one wants one.</summary>
    internal static void ManyAndFew()
    {
        var permits = new PermitQueue("model", 0);
        Model.Spawn(() =>
        {
            Acquire(permits, 2);
            permits.Release(2);
        });
        Model.Spawn(() =>
        {
            Acquire(permits, 1);
            permits.Release(1);
        });
        permits.Release(1);
        permits.Release(1);
    }

    /// <summary>Two wait, and two permits come at once, more than a batch has room for: each has one.</summary>
    internal static void TwoAtOnce()
    {
        var permits = new PermitQueue("model", 0);
        for (int i = 0; i < 2; i++)
        {
            Model.Spawn(() => Assert.Equal(AcquireOutcome.Acquired, Acquire(permits, 1)));
        }

        permits.Release(2);
    }

    /// <summary>A waiter gives up while a permit comes: the other one gets it.</summary>
    internal static void CancelForwards()
    {
        var permits = new PermitQueue("model", 0);
        Model.Spawn(() =>
        {
            var waiter = new Waiter();
            if (permits.Poll(waiter, new ParkedThread(), 1) == AcquireOutcome.Acquired)
            {
                permits.Release(1);
            }
            else
            {
                permits.Withdraw(waiter);
            }

            Assert.False(waiter.State is WaiterState.Waiting or WaiterState.Granted);
        });
        Model.Spawn(() => Assert.Equal(AcquireOutcome.Acquired, Acquire(permits, 1)));
        permits.Release(1);
    }

    /// <summary>Closing while one waits and one comes: each gets the permit, or learns the end.</summary>
    internal static void CloseWakes()
    {
        var permits = new PermitQueue("model", 0);
        int acquired = 0;
        for (int i = 0; i < 2; i++)
        {
            Model.Spawn(() =>
            {
                if (Acquire(permits, 1) == AcquireOutcome.Acquired)
                {
                    Interlocked.Increment(ref acquired);
                }
            });
        }

        Model.Spawn(() => permits.Release(1));
        permits.Close();
        Assert.InRange(Volatile.Read(ref acquired), 0, 1);
    }

    /// <summary>The first waiter's task has its turn and does not poll the waiter: the second gets the permit.</summary>
    internal static void UnpolledIsPassedOver()
    {
        var permits = new PermitQueue("model", 0);
        var hoarder = new HoardingThread();
        var parked = new Waiter();
        Assert.Equal(AcquireOutcome.NoPermits, permits.Poll(parked, hoarder, 1));
        Model.Spawn(() => Assert.Equal(AcquireOutcome.Acquired, Acquire(permits, 1)));
        Model.Spawn(() =>
        {
            // It is woken for the permit, and does something else; or it was polled before anything came.
            hoarder.Turn();
            hoarder.Sleep();
            hoarder.Turn();
        });
        permits.Release(1);
    }

    /// <summary>The waiter's task takes the permit at the end of a turn, or gives the wait up, while it is being granted.</summary>
    internal static void TakenOrPassedOn()
    {
        var permits = new PermitQueue("model", 0);
        ModelHandle runner = Model.Spawn(() =>
        {
            var task = new HoardingThread();
            var waiter = new Waiter();
            bool acquired = permits.Poll(waiter, task, 1) == AcquireOutcome.Acquired;
            task.Turn();
            acquired = acquired || permits.Poll(waiter, task, 1) == AcquireOutcome.Acquired;
            if (!acquired)
            {
                permits.Withdraw(waiter);
            }
            else
            {
                permits.Release(1);
            }
        });
        permits.Release(1);
        runner.Join();
        Assert.Equal(1, permits.Available);
    }

    /// <summary>Permits are taken away for good while one is given back and one waits: none is lost or made.</summary>
    internal static void ForgetBesideRelease()
    {
        var permits = new PermitQueue("model", 1, 3);
        long forgotten = 0;
        ModelHandle forgetter = Model.Spawn(() => forgotten = permits.Forget(1));
        ModelHandle taker = Model.Spawn(() =>
        {
            Assert.Equal(AcquireOutcome.Acquired, Acquire(permits, 1));
            permits.Release(1);
        });
        permits.Release(1);
        forgetter.Join();
        taker.Join();
        Assert.Equal(2 - forgotten, permits.Available);
    }

    /// <summary>All permits at once, by one operation each, beside one who wants one: as writers and a reader.</summary>
    internal static void AllOrOne()
    {
        var permits = new PermitQueue("model", 2, 2);
        int inside = 0;
        for (int i = 0; i < 2; i++)
        {
            Model.Spawn(() =>
            {
                uint stamp = permits.Stamp;
                if (!permits.TryAcquireAll(2, stamp))
                {
                    Assert.Equal(AcquireOutcome.Acquired, Acquire(permits, 2));
                    stamp = permits.Stamp;
                }

                Assert.Equal(2, inside += 2);
                inside -= 2;
                Assert.True(permits.TryRelease(2, stamp));
            });
        }

        Assert.Equal(AcquireOutcome.Acquired, Acquire(permits, 1));
        Assert.Equal(1, ++inside);
        inside--;
        permits.Release(1);
    }

    private static AcquireOutcome Acquire(PermitQueue permits, int count)
    {
        var target = new ParkedThread();
        var waiter = new Waiter();
        AcquireOutcome outcome;
        while ((outcome = permits.Poll(waiter, target, count)) == AcquireOutcome.NoPermits)
        {
            target.Sleep();
        }

        return outcome;
    }
}
