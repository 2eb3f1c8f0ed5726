using ModelChecking;

namespace Kioto.ModelTests;

/// <summary>The cell for one waker: register and look, against set and wake.</summary>
internal static class AtomicWakerModel
{
    /// <summary>One waiter, one waker.</summary>
    internal static void WakeIsNotLost()
    {
        var happens = new ModelEvent(1);
        Model.Spawn(happens.Set);
        Await(happens, new ParkedThread());
    }

    /// <summary>Somebody else wakes for nothing meanwhile.</summary>
    internal static void WakeForNothing()
    {
        var happens = new ModelEvent(1);
        Model.Spawn(happens.WakeForNothing);
        Model.Spawn(happens.Set);
        Await(happens, new ParkedThread());
    }

    /// <summary>The waiter moves to another thread's waker.</summary>
    internal static void WaiterMoves()
    {
        var happens = new ModelEvent(1);
        Model.Spawn(happens.Set);
        PollContext first = new(new ParkedThread());
        if (happens.Poll(ref first).IsPending)
        {
            Await(happens, new ParkedThread());
        }
    }

    private static void Await(ModelEvent happens, ParkedThread thread)
    {
        PollContext context = new(thread);
        while (happens.Poll(ref context).IsPending)
        {
            thread.Sleep();
        }
    }
}
