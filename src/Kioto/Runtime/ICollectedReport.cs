namespace Kioto;

/// <summary>Something that the garbage collector has found, and somebody is to be told of.</summary>
internal interface ICollectedReport
{
    /// <summary>Tells. Not on the finalizer's thread: whoever listens may take his time. Must not throw.</summary>
    void Report();
}
