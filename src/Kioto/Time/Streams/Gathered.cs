namespace Kioto;

/// <summary>What follows when an item was gathered.</summary>
internal enum Gathered : byte
{
    /// <summary>Others may come until the time is over.</summary>
    MayGrow,

    /// <summary>Others may come, and the time begins now.</summary>
    TimeBegins,

    /// <summary>No more: it is given at once.</summary>
    Full,
}
