namespace Kioto;

/// <summary>What a wait for an item of a stream, perhaps with a limit, came to.</summary>
internal enum TimedStep : byte
{
    Item,

    /// <summary>The stream is at its end.</summary>
    End,

    /// <summary>The stream has failed.</summary>
    Failed,

    /// <summary>The limit came first: the item is still asked for.</summary>
    Late,
}
