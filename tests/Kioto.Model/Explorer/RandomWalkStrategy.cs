namespace ModelChecking;

/// <summary>Draws every choice. Each execution has a seed of its own, derived from the first one.</summary>
internal class RandomWalkStrategy(ulong seed, int iterations) : Strategy
{
    private SplitMix _random;
    private int _iteration;

    internal override bool Begin()
    {
        if (_iteration == iterations)
        {
            return false;
        }

        _random = new SplitMix(seed + ((ulong)_iteration++ << 32));
        return true;
    }

    internal override int Choose(int count) => _random.Below(count);
}
