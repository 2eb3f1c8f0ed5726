namespace Kioto.AspNetCore.Tests;

/// <summary>How a connection stands after an exchange.</summary>
internal enum ConnectionEnd
{
    /// <summary>It serves further requests.</summary>
    Open,

    /// <summary>The server ended it orderly.</summary>
    Fin,

    /// <summary>The server reset it.</summary>
    Reset,
}
