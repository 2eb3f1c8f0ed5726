namespace ModelChecking;

/// <summary>Repeats the choices of a <see cref="Schedule"/>.</summary>
internal sealed class ReplayStrategy(Schedule schedule) : Strategy
{
    private int _position;
    private bool _started;

    internal override int PreemptionBound => schedule.PreemptionBound;

    internal override bool Begin()
    {
        _position = 0;
        bool first = !_started;
        _started = true;
        return first;
    }

    internal override int Choose(int count) => schedule.ChoiceAt(_position++, count);
}
