namespace Kioto.Sync;

/// <summary>A channel, for who waits until there is something to read.</summary>
internal interface IReadable
{
    /// <summary>Whether nothing comes any more.</summary>
    bool IsOver { get; }
}
