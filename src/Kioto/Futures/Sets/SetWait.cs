namespace Kioto;

/// <summary>What an await of a future set waits for.</summary>
internal enum SetWait
{
    /// <summary>The next child to complete.</summary>
    Next,

    /// <summary>The next child to complete, if one does so at once.</summary>
    Ready,

    /// <summary>The end of one cancelled child.</summary>
    One,

    /// <summary>The end of all children, which are cancelled.</summary>
    All,
}
