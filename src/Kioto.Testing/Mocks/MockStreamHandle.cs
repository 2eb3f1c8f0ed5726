using System;

namespace Kioto.Testing;

/// <summary>Writes more of a <see cref="MockStream"/>'s script while that is used. Any thread.</summary>
/// <remarks>
/// As tokio-test's <c>io::Handle</c>. Made by <see cref="MockStreamBuilder.BuildWithHandle"/>. Disposing it ends the script:
/// reads give 0 from there on, and a write is a failure. Adding to a script that has ended throws
/// <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed class MockStreamHandle : IDisposable
{
    private readonly MockStream _stream;

    internal MockStreamHandle(MockStream stream) => _stream = stream;

    /// <inheritdoc cref="MockStreamBuilder.Read"/>
    /// <returns>This handle.</returns>
    public MockStreamHandle Read(ReadOnlySpan<byte> bytes) => Add(MockStep.OfRead(bytes));

    /// <inheritdoc cref="MockStreamBuilder.ReadError"/>
    /// <returns>This handle.</returns>
    public MockStreamHandle ReadError(Exception failure) => Add(MockStep.OfReadError(failure));

    /// <inheritdoc cref="MockStreamBuilder.Write"/>
    /// <returns>This handle.</returns>
    public MockStreamHandle Write(ReadOnlySpan<byte> bytes) => Add(MockStep.OfWrite(bytes));

    /// <inheritdoc cref="MockStreamBuilder.WriteError"/>
    /// <returns>This handle.</returns>
    public MockStreamHandle WriteError(Exception failure) => Add(MockStep.OfWriteError(failure));

    /// <inheritdoc cref="MockStreamBuilder.Wait"/>
    /// <returns>This handle.</returns>
    public MockStreamHandle Wait(TimeSpan duration) => Add(MockStep.OfWait(duration));

    /// <summary>The script ends here.</summary>
    public void Dispose() => _stream.EndScript();

    private MockStreamHandle Add(MockStep step)
    {
        _stream.AddToScript(step);
        return this;
    }
}
