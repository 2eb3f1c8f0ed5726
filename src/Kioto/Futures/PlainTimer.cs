using System;

namespace Kioto;

/// <summary>A timer whose owner is no future: it is waited for by other means.</summary>
internal sealed class PlainTimer : TimerEntry
{
    private protected override bool Poll(ref PollContext context) => throw new NotSupportedException();

    private protected override bool Withdraw() => throw new NotSupportedException();

    private protected override void Recycle(Ambient ambient) => throw new NotSupportedException();
}
