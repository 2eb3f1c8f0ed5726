namespace Kioto.Sync;

/// <summary>Channels that hold one value: receivers see the latest, and are told of changes.</summary>
public static class Watch
{
    /// <summary>Makes a channel.</summary>
    /// <typeparam name="T">The type of the value. Receivers get it as it is: it should be immutable.</typeparam>
    /// <param name="initial">The value to begin with; for receivers it counts as seen.</param>
    /// <returns>The first sender and the first receiver.</returns>
    public static (WatchSender<T> Sender, WatchReceiver<T> Receiver) Create<T>(T initial)
    {
        WatchChannel<T> channel = new(initial);
        return (new WatchSender<T>(channel), new WatchReceiver<T>(channel, 0));
    }

    /// <summary>Makes a channel that has no receiver yet. As Tokio's <c>watch::Sender::new</c>.</summary>
    /// <typeparam name="T">The type of the value. Receivers get it as it is: it should be immutable.</typeparam>
    /// <param name="initial">The value to begin with.</param>
    /// <returns>The first sender; its <see cref="WatchSender{T}.Subscribe"/> makes receivers.</returns>
    public static WatchSender<T> CreateSender<T>(T initial) => new(new WatchChannel<T>(initial, receivers: 0));
}
