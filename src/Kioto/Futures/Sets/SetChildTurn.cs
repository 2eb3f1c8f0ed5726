namespace Kioto;

/// <summary>What the consumer of a set does with a child that it took off the ready list.</summary>
internal enum SetChildTurn
{
    /// <summary>Poll it.</summary>
    Poll,

    /// <summary>It ended while it was queued: give its place back.</summary>
    Free,
}
