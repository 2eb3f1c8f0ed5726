namespace Kioto;

/// <summary>A thread's own stack of free work items of one kind. Only that thread touches it.</summary>
internal sealed class FreeActions
{
    /// <summary>How many a thread keeps at most.</summary>
    internal const int Most = 256;

    /// <summary>What a thread has before it keeps its first: room for none. Nothing is written to it.</summary>
    internal static readonly FreeActions None = new();

    /// <summary>The top; linked through the queue link.</summary>
    internal TaskHeader? Head;

    /// <summary>As <see cref="Magazine.Room"/>.</summary>
    internal int Room;

    internal int Capacity;
}
