namespace Kioto.Tool.Bench;

/// <summary>Seven methods that suspend four times, polled by hand: what no scheduler has a part in.</summary>
internal static class KiotoByHand
{
    // As many operations are less than a task's budget of ready leaves.
    private const int OpsPerTurn = 16;

    private static readonly HandLeaf s_leaf = new();

    /// <summary>One operation is seven calls, of which four suspend once and are resumed by hand.</summary>
    public static async Future<Sample> Pending(int ops)
    {
        ReusableFuture<int> slot = new();
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            slot.Set(Root());
            Drive(slot);
            if (i % OpsPerTurn == 0)
            {
                await Kio.YieldNow();
            }
        }

        return measurement.Stop(ops);
    }

    private static void Drive(ReusableFuture<int> slot)
    {
        PollContext context = new(Waker.Noop);
        for (int resumed = 0; resumed < 4; resumed++)
        {
            if (slot.Poll(ref context).IsReady)
            {
                throw new BenchException("it has not suspended");
            }

            s_leaf.Resume();
        }

        if (!slot.Poll(ref context).IsReady)
        {
            throw new BenchException("not all suspensions were resumed");
        }
    }

    private static async Future<int> Root() => await Left() + await Right();

    private static async Future<int> Left() => await LeafA() + await LeafB();

    private static async Future<int> Right() => await LeafC() + await LeafD();

    private static async Future<int> LeafA()
    {
        await s_leaf.AsFuture();
        return 1;
    }

    private static async Future<int> LeafB()
    {
        await s_leaf.AsFuture();
        return 2;
    }

    private static async Future<int> LeafC()
    {
        await s_leaf.AsFuture();
        return 3;
    }

    private static async Future<int> LeafD()
    {
        await s_leaf.AsFuture();
        return 4;
    }

    /// <summary>As <see cref="Pause"/>: suspends, and is resumed by hand.</summary>
    private sealed class HandLeaf : IFuture<Unit>
    {
        private bool _resumed;
        private Waker _waker;

        public Poll<Unit> Poll(ref PollContext context)
        {
            if (_resumed)
            {
                _resumed = false;
                return Poll<Unit>.Ready(default);
            }

            _waker = context.Waker;
            return Poll<Unit>.Pending;
        }

        internal void Resume()
        {
            _resumed = true;
            _waker.Wake();
        }
    }
}
