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

    internal static MockStep OfRead(ReadOnlySpan<byte> bytes) => new(MockStepKind.Read, NotEmpty(bytes));

    internal static MockStep OfWrite(ReadOnlySpan<byte> bytes) => new(MockStepKind.Write, NotEmpty(bytes));

    internal static MockStep OfReadError(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return new MockStep(MockStepKind.ReadError, Failure: failure);
    }

    internal static MockStep OfWriteError(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return new MockStep(MockStepKind.WriteError, Failure: failure);
    }

    internal static MockStep OfWait(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        return new MockStep(MockStepKind.Wait, Duration: duration);
    }

    private static byte[] NotEmpty(ReadOnlySpan<byte> bytes) => bytes.Length > 0
        ? bytes.ToArray()
        : throw new ArgumentException("A step of a MockStream needs at least one byte. The end is where the script ends.", nameof(bytes));

    public override string ToString() => Kind switch
    {
        MockStepKind.Read or MockStepKind.Write => $"{Kind} of {Bytes.Length} byte(s)",
        MockStepKind.Wait => $"Wait of {Duration}",
        _ => $"{Kind} of {Failure!.GetType().Name}",
    };
}
