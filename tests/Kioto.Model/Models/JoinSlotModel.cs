using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>Who waits for a task's end: each is woken, or told that the outcome is there.</summary>
internal static class JoinSlotModel
{
    /// <summary>One waiter, who registers again after a wake for nothing.</summary>
    internal static void OneWaiter() => Wait(1);

    /// <summary>Two waiters.</summary>
    internal static void TwoWaiters() => Wait(2);

    /// <summary>Two leaves of one task wait; one is cancelled while another task joins and this one ends.</summary>
    internal static void OneLeaves()
    {
        var cell = new Cell();
        Model.Spawn(() =>
        {
            var target = new ParkedThread();
            var leaving = default(JoinWaiter);
            var staying = default(JoinWaiter);
            leaving.TryWait(ref cell.Join, target);
            bool waits = staying.TryWait(ref cell.Join, target);
            leaving.Leave(ref cell.Join);
            while (waits && staying.TryWait(ref cell.Join, target))
            {
                target.Sleep();
            }

            Assert.Equal(42, Volatile.Read(ref cell.Outcome));
        });
        Model.Spawn(() =>
        {
            var target = new ParkedThread();
            var waiter = default(JoinWaiter);
            while (waiter.TryWait(ref cell.Join, target))
            {
                target.Sleep();
            }
        });
        Volatile.Write(ref cell.Outcome, 42);
        cell.Join.Complete();
    }

    /// <summary>All leave: nothing is left behind, and the end wakes nobody.</summary>
    internal static void AllLeave()
    {
        var cell = new Cell();
        var left = new ModelHandle[2];
        for (int i = 0; i < 2; i++)
        {
            left[i] = Model.Spawn(() =>
            {
                var waiter = default(JoinWaiter);
                Assert.True(waiter.TryWait(ref cell.Join, new ParkedThread()));
                waiter.Leave(ref cell.Join);
            });
        }

        left[0].Join();
        left[1].Join();
        Assert.Equal(0, cell.Join.WaiterCount);
    }

    private static void Wait(int waiters)
    {
        var cell = new Cell();
        for (int i = 0; i < waiters; i++)
        {
            Model.Spawn(() =>
            {
                var target = new ParkedThread();
                var waiter = default(JoinWaiter);
                while (waiter.TryWait(ref cell.Join, target))
                {
                    Assert.True(waiter.TryWait(ref cell.Join, target) || cell.Join.IsCompleted);
                    target.Sleep();
                }

                Assert.Equal(42, Volatile.Read(ref cell.Outcome));
                Assert.InRange(target.Wakes, 0, 1);
            });
        }

        Volatile.Write(ref cell.Outcome, 42);
        cell.Join.Complete();
    }

    private sealed class Cell
    {
        internal JoinSlot Join;
        internal int Outcome;
    }
}
