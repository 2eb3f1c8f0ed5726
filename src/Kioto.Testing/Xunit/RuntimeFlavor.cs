namespace Kioto.Testing;

/// <summary>Which kind of runtime a test runs on.</summary>
public enum RuntimeFlavor
{
    /// <summary>One thread, which can have a paused clock.</summary>
    CurrentThread,

    /// <summary>Worker threads that steal from one another.</summary>
    MultiThread,
}
