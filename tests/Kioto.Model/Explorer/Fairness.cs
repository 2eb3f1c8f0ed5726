using System.Numerics;

namespace ModelChecking;

/// <summary>
/// Keeps threads that only spin from starving the one they wait for, which would make a depth-first search run into
/// endless schedules that no real scheduler produces. This is the fair scheduler of CHESS (Musuvathi and Qadeer,
/// "Fair stateless model checking", 2008): a thread that yields twice, while another that could have run did not get
/// to, has lower priority than that other until it has run.
/// </summary>
/// <remarks>Sets of threads are bit masks.</remarks>
internal sealed class Fairness
{
    private readonly ulong[] _before = new ulong[Execution.MaxThreads];
    private readonly ulong[] _enabledSinceYield = new ulong[Execution.MaxThreads];
    private readonly ulong[] _disabledByIt = new ulong[Execution.MaxThreads];
    private readonly ulong[] _ranSinceYield = new ulong[Execution.MaxThreads];
    private ulong _yielders;
    private ulong _lastEnabled;

    /// <summary>Those of the <paramref name="enabled"/> threads that may run.</summary>
    internal ulong Filter(ulong enabled)
    {
        ulong allowed = enabled;
        for (ulong rest = enabled & _yielders; rest != 0; rest &= rest - 1)
        {
            int thread = BitOperations.TrailingZeroCount(rest);
            if ((_before[thread] & enabled) != 0)
            {
                allowed &= ~(1UL << thread);
            }
        }

        return allowed;
    }

    /// <summary>A step of <paramref name="thread"/> is over, after which <paramref name="enabled"/> can run.</summary>
    internal void Stepped(int thread, ulong enabled)
    {
        for (ulong rest = _yielders; rest != 0; rest &= rest - 1)
        {
            _enabledSinceYield[BitOperations.TrailingZeroCount(rest)] &= enabled;
        }

        _disabledByIt[thread] |= _lastEnabled & ~enabled;
        _lastEnabled = enabled;
    }

    internal void Yielded(int thread, ulong enabled)
    {
        if ((_yielders & (1UL << thread)) != 0)
        {
            ulong neglected = (_enabledSinceYield[thread] | _disabledByIt[thread]) & ~_ranSinceYield[thread];
            _before[thread] |= neglected & ~(1UL << thread);
        }

        // The first yield only opens a window: before it, not having run others is no sign of waiting for them.
        _yielders |= 1UL << thread;
        _enabledSinceYield[thread] = enabled;
        _disabledByIt[thread] = 0;
        _ranSinceYield[thread] = 0;
    }

    internal void Chosen(int thread)
    {
        ulong bit = 1UL << thread;
        for (ulong rest = _yielders; rest != 0; rest &= rest - 1)
        {
            int yielder = BitOperations.TrailingZeroCount(rest);
            _before[yielder] &= ~bit;
            _ranSinceYield[yielder] |= bit;
        }
    }
}
