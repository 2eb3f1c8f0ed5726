using System.Threading;

namespace Kioto.Tool.Bench;

/// <summary>Tasks that are parked on a leaf each, and what memory they keep.</summary>
internal static class KiotoIdle
{
    /// <summary>One operation is one parked task, spawned by this thread. Its bytes are what it keeps, not what was allocated.</summary>
    public static Sample Park(Runtime runtime, int ops)
    {
        Gate gate = new(ops);
        JoinHandle[] handles = new JoinHandle[ops];
        HeldMemory memory = HeldMemory.Start();
        Measurement measurement = Measurement.Start();
        for (int i = 0; i < ops; i++)
        {
            handles[i] = runtime.Spawn(Wait(gate));
        }

        SpinWait.SpinUntil(() => gate.Waiting == ops);
        Sample sample = measurement.Stop(ops) with { Bytes = memory.Stop() };
        gate.Open();
        runtime.BlockOn(KiotoSpawns.JoinAll(handles, ops));
        return sample;
    }

    private static async Future Wait(Gate gate) => await gate.AsFuture();

    /// <summary>One for all tasks, with places for all wakers: what it keeps is not the tasks'.</summary>
    private sealed class Gate(int places) : IFuture<bool>
    {
        private readonly Waker[] _wakers = new Waker[places];
        private int _waiting;
        private volatile bool _open;

        public int Waiting => Volatile.Read(ref _waiting);

        public Poll<bool> Poll(ref PollContext context)
        {
            if (_open)
            {
                return Poll<bool>.Ready(true);
            }

            _wakers[Interlocked.Increment(ref _waiting) - 1] = context.Waker;
            return Poll<bool>.Pending;
        }

        public void Open()
        {
            _open = true;
            foreach (Waker waker in _wakers)
            {
                waker.Wake();
            }
        }
    }
}
