using System;

namespace Kioto.Testing;

/// <summary>A mock was not used as its script says.</summary>
public sealed class MockException : Exception
{
    internal MockException(string message)
        : base(message)
    {
    }
}
