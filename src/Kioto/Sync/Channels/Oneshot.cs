namespace Kioto.Sync;

/// <summary>Channels for one value.</summary>
public static class Oneshot
{
    /// <summary>Makes a channel for one value.</summary>
    /// <remarks>Its memory is pooled: both ends are structs that know when they have become stale.</remarks>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <returns>Both ends. Dispose the sender if it may end without sending: else the receiver waits for ever.</returns>
    public static (OneshotSender<T> Sender, OneshotReceiver<T> Receiver) Create<T>()
    {
        OneshotCore<T> core = OneshotCore<T>.Rent();
        return (new OneshotSender<T>(core), new OneshotReceiver<T>(core));
    }
}
