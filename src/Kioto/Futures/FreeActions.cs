namespace Kioto;

/// <summary>A thread's own stack of free work items of one kind. Only that thread touches it.</summary>
/// <remarks>What is queued by one thread and run by another piles up at the latter, and comes back through the depot.</remarks>
internal sealed class FreeActions
{
    /// <summary>How many a thread keeps at most.</summary>
    internal const int Most = 64;

    /// <summary>How many go to the depot when it has so many, and come from there when it has none.</summary>
    internal const int Chain = Most / 2;

    /// <summary>What a thread has before it keeps its first: room for none. Nothing is written to it.</summary>
    internal static readonly FreeActions None = new();

    /// <summary>The top; linked through the queue link.</summary>
    internal TaskHeader? Head;

    /// <summary>As <see cref="Magazine.Room"/>.</summary>
    internal int Room;

    internal int Capacity;
}
