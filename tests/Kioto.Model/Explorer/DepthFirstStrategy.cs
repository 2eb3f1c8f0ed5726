using System;
using System.Collections.Generic;

namespace ModelChecking;

/// <summary>
/// Every combination of choices, depth first. An execution is replayed up to its last choice that has an untried
/// alternative, takes that, and goes on with the first alternative everywhere: the one without a preemption.
/// </summary>
internal sealed class DepthFirstStrategy(int preemptionBound) : Strategy
{
    private readonly List<(int Chosen, int Count)> _path = [];
    private int _depth;
    private bool _started;

    internal override int PreemptionBound => preemptionBound;

    internal override bool Begin()
    {
        _depth = 0;
        if (!_started)
        {
            _started = true;
            return true;
        }

        while (_path.Count > 0)
        {
            (int chosen, int count) = _path[^1];
            if (chosen + 1 < count)
            {
                _path[^1] = (chosen + 1, count);
                return true;
            }

            _path.RemoveAt(_path.Count - 1);
        }

        return false;
    }

    internal override int Choose(int count)
    {
        if (_depth == _path.Count)
        {
            _path.Add((0, count));
        }

        (int chosen, int expected) = _path[_depth++];
        if (expected != count)
        {
            throw new InvalidOperationException(
                $"Choice {_depth} had {expected} alternatives and now has {count}: the model is not deterministic. " +
                "Look for clocks, random numbers, hash codes, or state that outlives an execution.");
        }

        return chosen;
    }
}
