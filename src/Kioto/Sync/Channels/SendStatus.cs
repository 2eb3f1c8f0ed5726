namespace Kioto.Sync;

/// <summary>What sending came to.</summary>
public enum SendStatus
{
    /// <summary>Nobody will receive any more; the value was not taken.</summary>
    Closed,

    /// <summary>There is no room at this moment; the value was not taken.</summary>
    Full,

    /// <summary>The channel has the value. Whether somebody will receive it is another question.</summary>
    Sent,
}
