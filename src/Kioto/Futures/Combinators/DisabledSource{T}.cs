using System;

namespace Kioto;

/// <summary>Stands for an arm that <c>When(false)</c> switched off. One object a type: it has no state.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
internal sealed class DisabledSource<T> : ResultSource<T>
{
    internal static readonly DisabledSource<T> Instance = new();

    // Whoever awaits or spawns it anyway is told so.
    private DisabledSource() => State = SourceState.Done;

    internal override bool Start(uint token, Ambient ambient)
    {
        Reject();
        return false;
    }

    internal override void Attach(FutureSource? awaiting, Strand strand) => Reject();

    internal override void Resume(Ambient ambient) => Reject();

    internal override void Abandon()
    {
    }

    private protected override void Recycle(Ambient ambient)
    {
    }

    private protected override void Reject() => throw new InvalidOperationException(
        "This future was disabled by When(false): it can only be an arm of Kio.Select. Await the original one instead.");
}
