namespace Kioto;

/// <summary>A thread's own stack of free sources of one type. Only that thread touches it.</summary>
internal struct Magazine
{
    /// <summary>The top; linked through <see cref="FutureSource.Parent"/>.</summary>
    internal FutureSource? Head;

    internal int Count;
}
