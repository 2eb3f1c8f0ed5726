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

    private static void Wait(int waiters)
    {
        var cell = new Cell();
        for (int i = 0; i < waiters; i++)
        {
            Model.Spawn(() =>
            {
                var target = new ParkedThread();
                while (cell.Join.TryRegister(target))
                {
                    Assert.True(cell.Join.TryRegister(target) || cell.Join.IsCompleted);
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
