using System;
using System.Collections.Generic;

namespace Kioto.Testing;

/// <summary>Writes the script of a <see cref="MockStream"/>. As tokio-test's <c>io::Builder</c>.</summary>
public sealed class MockStreamBuilder
{
    private readonly List<MockStep> _steps = [];
    private string _name = nameof(MockStream);

    /// <summary>The next read gives these bytes: all at once if there is room, else the rest at the reads after it.</summary>
    /// <param name="bytes">Not empty.</param>
    /// <returns>This builder.</returns>
    public MockStreamBuilder Read(ReadOnlySpan<byte> bytes) => Add(new MockStep(MockStepKind.Read, NotEmpty(bytes)));

    /// <summary>The next read fails.</summary>
    /// <param name="failure">How.</param>
    /// <returns>This builder.</returns>
    public MockStreamBuilder ReadError(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return Add(new MockStep(MockStepKind.ReadError, Failure: failure));
    }

    /// <summary>The next writes must be of these bytes, in one piece or several.</summary>
    /// <param name="bytes">Not empty.</param>
    /// <returns>This builder.</returns>
    public MockStreamBuilder Write(ReadOnlySpan<byte> bytes) => Add(new MockStep(MockStepKind.Write, NotEmpty(bytes)));

    /// <summary>The next write fails.</summary>
    /// <param name="failure">How.</param>
    /// <returns>This builder.</returns>
    public MockStreamBuilder WriteError(Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return Add(new MockStep(MockStepKind.WriteError, Failure: failure));
    }

    /// <summary>Reads and writes wait, on the runtime's clock, from when the script gets here.</summary>
    /// <param name="duration">Zero or more.</param>
    /// <returns>This builder.</returns>
    public MockStreamBuilder Wait(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        return Add(new MockStep(MockStepKind.Wait, Duration: duration));
    }

    /// <summary>What the mock is called in failures.</summary>
    /// <param name="name">The name.</param>
    /// <returns>This builder.</returns>
    public MockStreamBuilder Name(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _name = name;
        return this;
    }

    /// <summary>Makes the mock.</summary>
    /// <returns>The mock. Dispose it: that fails if the script is not at its end.</returns>
    public MockStream Build() => new(_name, _steps);

    private static byte[] NotEmpty(ReadOnlySpan<byte> bytes) => bytes.Length > 0
        ? bytes.ToArray()
        : throw new ArgumentException("A step of a MockStream needs at least one byte. The end is where the script ends.", nameof(bytes));

    private MockStreamBuilder Add(MockStep step)
    {
        _steps.Add(step);
        return this;
    }
}
