namespace Kioto;

/// <summary>What a waker of a set's child has to do.</summary>
internal enum SetChildWake
{
    /// <summary>Nothing: it is queued already, or has ended.</summary>
    DoNothing,

    /// <summary>Push it onto the ready list.</summary>
    Push,
}
