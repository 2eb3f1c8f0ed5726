using System;

namespace ModelChecking;

/// <summary>
/// Runs the thread with the highest priority. Priorities are drawn, and at a few drawn steps the running thread's
/// drops below all others, which is a preemption where an ordering bug may need one.
/// </summary>
internal sealed class PctStrategy(ulong seed, int iterations, int depth) : RandomWalkStrategy(seed, iterations)
{
    private readonly long[] _priorities = new long[Execution.MaxThreads];
    private readonly int[] _changes = new int[Math.Max(depth - 1, 0)];
    private long _lowest;
    private int _step;

    // The length of an execution is only known afterwards; the longest so far stands in for it.
    private int _length = 50;

    internal override bool Begin()
    {
        if (!base.Begin())
        {
            return false;
        }

        _step = 0;
        _lowest = 0;
        for (int i = 0; i < _priorities.Length; i++)
        {
            // Ties go to the first thread of the choice; among a million values they are rare.
            _priorities[i] = 1 + Choose(1 << 20);
        }

        for (int i = 0; i < _changes.Length; i++)
        {
            _changes[i] = Choose(_length);
        }

        return true;
    }

    internal override int ChooseThread(ReadOnlySpan<int> threads, int running)
    {
        if (running >= 0 && Array.IndexOf(_changes, _step) >= 0)
        {
            Yielded(running);
        }

        _step++;
        int best = 0;
        for (int i = 1; i < threads.Length; i++)
        {
            if (_priorities[threads[i]] > _priorities[threads[best]])
            {
                best = i;
            }
        }

        return best;
    }

    internal override void Yielded(int thread) => _priorities[thread] = --_lowest;

    internal override void End(int steps) => _length = Math.Max(_length, _step);
}
