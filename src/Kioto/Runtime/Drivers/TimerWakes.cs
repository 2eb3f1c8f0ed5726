using System.Runtime.CompilerServices;

namespace Kioto;

/// <summary>Whom to wake after a wheel's lock is released; on the stack.</summary>
internal struct TimerWakes
{
    internal const int Size = 32;

    internal int Count;
    internal TargetBuffer Targets;

    internal void Wake()
    {
        for (int i = 0; i < Count; i++)
        {
            Targets[i]?.Wake();
        }
    }

    [InlineArray(Size)]
    internal struct TargetBuffer
    {
        private WakeTarget? _first;
    }
}
