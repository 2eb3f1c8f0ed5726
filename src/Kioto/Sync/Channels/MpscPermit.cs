using System;
using System.Diagnostics.CodeAnalysis;

namespace Kioto.Sync;

/// <summary>Room in an mpsc channel: the right to send so many values without waiting, even after it has been closed.</summary>
/// <remarks>
/// Belongs to no task or thread: several may send through copies of one, and together send as many as there is room for.
/// Disposing gives back what was not used; after the last value it does nothing.
/// </remarks>
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
        _version = lease.Current;
    }

    /// <summary>For how many more values there is room.</summary>
    public int Remaining => _lease?.CountOf(_version) ?? 0;

    /// <summary>Sends one value, at once.</summary>
    /// <param name="value">The value.</param>
    /// <exception cref="ObjectDisposedException">It was used up or disposed.</exception>
    /// <exception cref="InvalidOperationException">It is the default value.</exception>
    public void Send(T value)
    {
        Lease lease = _lease ?? throw Lease.Empty(Name, "MpscSender.ReserveAsync");

        // Cast when it has proved to be ours, as in SemaphorePermit.
        object? owner = lease.Owner;
        if (!lease.TryUse(_version))
        {
            throw UsedUp();
        }

        ((MpscChannel<T>)owner!).Put(value);
    }

    /// <summary>Gives back the room that was not used.</summary>
    public void Dispose()
    {
        object? owner = _lease?.Owner;
        if (_lease is { } lease && lease.TryEnd(_version, out int unused))
        {
            ((MpscChannel<T>)owner!).GiveBack(unused);
        }
    }

    private static ObjectDisposedException UsedUp() => new(
        Name,
        "This MpscPermit has no room left: as many values as it was for were sent through it, or it was disposed. " +
        "Reserve again, or more at once by ReserveManyAsync.");
}
