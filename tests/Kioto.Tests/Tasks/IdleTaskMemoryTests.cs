#if !DEBUG
using System;
using System.Threading;

namespace Kioto.Tests;

/// <summary>What a suspended task keeps. Release only: in Debug its state machine is an object more.</summary>
[Collection(SerialCollection.Name)]
public sealed class IdleTaskMemoryTests
{
    private const int Tasks = 100_000;

    /// <summary>Handle with its spawn site, frame, leaf and its place in the runtime's list, all together.</summary>
    private const int MostBytes = 258;

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_task_that_is_parked_on_a_leaf_is_small(RuntimeKind kind)
    {
        double least = double.MaxValue;
        for (int attempt = 0; attempt < 3 && least > MostBytes; attempt++)
        {
            Bounded.Run(() => least = double.Min(least, Measure(kind)));
        }

        Assert.InRange(least, 100, MostBytes);
    }

    private static double Measure(RuntimeKind kind)
    {
        Gate gate = new();
        JoinHandle[] handles = new JoinHandle[Tasks];
        using Runtime runtime = Runtimes.Create(kind);
        EmptyThePools();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < handles.Length; i++)
        {
            handles[i] = runtime.Spawn(Wait(gate));
        }

        runtime.BlockOn(Expect.Until(() => gate.Waiting == Tasks));
        long held = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(handles);
        gate.Open();
        runtime.BlockOn(async () =>
        {
            foreach (JoinHandle handle in handles)
            {
                await handle;
            }
        });
        return (double)held / Tasks;
    }

    // They let go of half at each full collection.
    private static void EmptyThePools()
    {
        for (int i = 0; i < 15; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static async Future Wait(Gate gate) => await gate.AsFuture();

    private sealed class Gate : IFuture<bool>
    {
        private readonly Waker[] _wakers = new Waker[Tasks];
        private int _waiting;
        private volatile bool _open;

        internal int Waiting => Volatile.Read(ref _waiting);

        public Poll<bool> Poll(ref PollContext context)
        {
            if (_open)
            {
                return Poll<bool>.Ready(true);
            }

            _wakers[Interlocked.Increment(ref _waiting) - 1] = context.Waker;
            return Poll<bool>.Pending;
        }

        internal void Open()
        {
            _open = true;
            foreach (Waker waker in _wakers)
            {
                waker.Wake();
            }
        }
    }
}
#endif
