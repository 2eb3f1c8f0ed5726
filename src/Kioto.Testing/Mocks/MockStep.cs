using System;

namespace Kioto.Testing;

/// <summary>What a mock's script says at one place.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Bytes">What is read, or is to be written.</param>
/// <param name="Duration">How long it waits.</param>
/// <param name="Failure">What it throws.</param>
internal sealed record MockStep(
    MockStepKind Kind, ReadOnlyMemory<byte> Bytes = default, TimeSpan Duration = default, Exception? Failure = null)
{
    internal bool IsRead => Kind is MockStepKind.Read or MockStepKind.ReadError;

    internal bool IsWrite => Kind is MockStepKind.Write or MockStepKind.WriteError;

    public override string ToString() => Kind switch
    {
        MockStepKind.Read or MockStepKind.Write => $"{Kind} of {Bytes.Length} byte(s)",
        MockStepKind.Wait => $"Wait of {Duration}",
        _ => $"{Kind} of {Failure!.GetType().Name}",
    };
}
