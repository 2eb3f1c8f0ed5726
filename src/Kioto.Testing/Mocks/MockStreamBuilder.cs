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
    public MockStreamBuilder Read(ReadOnlySpan<byte> bytes) => Add(MockStep.OfRead(bytes));

    /// <summary>The next read fails.</summary>
    /// <param name="failure">How.</param>
    /// <returns>This builder.</returns>
    public MockStreamBuilder ReadError(Exception failure) => Add(MockStep.OfReadError(failure));

    /// <summary>The next writes must be of these bytes, in one piece or several.</summary>
    /// <param name="bytes">Not empty.</param>
    /// <returns>This builder.</returns>
    public MockStreamBuilder Write(ReadOnlySpan<byte> bytes) => Add(MockStep.OfWrite(bytes));

    /// <summary>The next write fails.</summary>
    /// <param name="failure">How.</param>
    /// <returns>This builder.</returns>
    public MockStreamBuilder WriteError(Exception failure) => Add(MockStep.OfWriteError(failure));

    /// <summary>Reads and writes wait, on the runtime's clock, from when the script gets here.</summary>
    /// <param name="duration">Zero or more.</param>
    /// <returns>This builder.</returns>
    public MockStreamBuilder Wait(TimeSpan duration) => Add(MockStep.OfWait(duration));

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
    public MockStream Build() => new(_name, _steps, isOpen: false);

    /// <summary>Makes the mock, and what writes more of its script while it is used. As tokio-test's <c>build_with_handle</c>.</summary>
    /// <returns>
    /// Both. Until the handle is disposed the script has no end: reads and writes wait there for what the handle adds.
    /// </returns>
    public (MockStream Stream, MockStreamHandle Handle) BuildWithHandle()
    {
        MockStream stream = new(_name, _steps, isOpen: true);
        return (stream, new MockStreamHandle(stream));
    }

    private MockStreamBuilder Add(MockStep step)
    {
        _steps.Add(step);
        return this;
    }
}
