using System;

namespace ModelChecking;

/// <summary>Makes the choices of one execution after the other.</summary>
internal abstract class Strategy
{
    /// <summary>How often an execution may preempt a thread that could go on.</summary>
    internal virtual int PreemptionBound => ModelOptions.Unlimited;

    /// <summary>Prepares for the next execution; false when nothing is left to try.</summary>
    internal abstract bool Begin();

    /// <summary>A number below <paramref name="count"/>, which is at least two.</summary>
    internal abstract int Choose(int count);

    /// <summary>The index of the thread to run. The running thread comes first if it can go on.</summary>
    internal virtual int ChooseThread(ReadOnlySpan<int> threads, int running) => Choose(threads.Length);

    /// <summary>The running thread waits for others to get on; a strategy with priorities must give way.</summary>
    internal virtual void Yielded(int thread)
    {
    }

    /// <summary>The execution that <see cref="Begin"/> announced is over.</summary>
    internal virtual void End(int steps)
    {
    }
}
