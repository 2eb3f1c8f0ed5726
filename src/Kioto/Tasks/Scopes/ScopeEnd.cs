namespace Kioto;

/// <summary>Why the children of a scope were cancelled.</summary>
internal enum ScopeEnd
{
    /// <summary>They were not.</summary>
    None,

    /// <summary>One of them failed.</summary>
    Failure,

    /// <summary>Its body failed.</summary>
    Body,

    /// <summary>The deadline came.</summary>
    Deadline,

    /// <summary>The token that the options gave was cancelled.</summary>
    Token,

    /// <summary>Somebody called Cancel.</summary>
    Asked,

    /// <summary>The strand that opened it is being cancelled.</summary>
    Enclosing,
}
