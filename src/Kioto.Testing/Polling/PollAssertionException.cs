using System;

namespace Kioto.Testing;

/// <summary>A <see cref="TestTask{T}"/> is not as a test asserts.</summary>
public sealed class PollAssertionException : Exception
{
    internal PollAssertionException(string message)
        : base(message)
    {
    }
}
