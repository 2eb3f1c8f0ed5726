using System;

namespace Kioto.Sync;

/// <summary>While a function that makes a value is called again, because somebody else was faster.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
internal readonly ref struct WatchRepeat<T> : IDisposable
{
    private readonly WatchChannel<T> _channel;

    internal WatchRepeat(WatchChannel<T> channel)
    {
        _channel = channel;
        channel.BeginRepeating();
    }

    public void Dispose() => _channel.EndRepeating();
}
