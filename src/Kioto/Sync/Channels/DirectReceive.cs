namespace Kioto.Sync;

/// <summary>What receives from an mpsc channel while an await takes a value that is there: it has no place of its own.</summary>
internal static class DirectReceive
{
    /// <summary>In the place of an operation. It never waits.</summary>
    internal static readonly Waiter Mark = new();
}
