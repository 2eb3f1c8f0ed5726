using System;
using System.Diagnostics.CodeAnalysis;

namespace Kioto.Sync;

/// <summary>Room in an mpsc channel: the right to send so many values without waiting, even after it has been closed.</summary>
/// <remarks>Belongs to no task or thread. Disposing gives back what was not used; after the last value it does nothing.</remarks>
/// <typeparam name="T">The type of the values.</typeparam>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "Permits are not compared.")]
public readonly struct MpscPermit<T> : IDisposable
{
    private const string Name = "MpscPermit";

    private readonly Lease? _lease;
    private readonly uint _version;

    internal MpscPermit(Lease lease)
    {
        _lease = lease;
        _version = lease.Version;
    }

    /// <summary>For how many more values there is room.</summary>
    public int Remaining => _lease is { } lease && lease.Version == _version ? lease.Count : 0;

    /// <summary>Sends one value, at once.</summary>
    /// <param name="value">The value.</param>
    /// <exception cref="ObjectDisposedException">It was used up or disposed.</exception>
    public void Send(T value)
    {
        Lease lease = _lease ?? throw Lease.Stale(Name);
        var channel = (MpscChannel<T>)lease.OwnerOf(_version, Name);
        if (--lease.Count == 0)
        {
            lease.End(_version, Name);
        }

        channel.Put(value);
    }

    /// <summary>Gives back the room that was not used.</summary>
    public void Dispose()
    {
        if (_lease is { } lease && lease.Version == _version)
        {
            object? owner = lease.Owner;
            long unused = lease.End(_version, Name);
            ((MpscChannel<T>)owner!).GiveBack(unused);
        }
    }
}
