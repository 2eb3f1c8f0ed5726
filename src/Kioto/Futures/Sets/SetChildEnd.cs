namespace Kioto;

/// <summary>Where the place of a child that has ended is.</summary>
internal enum SetChildEnd
{
    /// <summary>Nobody holds it.</summary>
    Free,

    /// <summary>On the ready list, or in the hands of a waker that pushes it there: freed when it comes off.</summary>
    StillQueued,
}
