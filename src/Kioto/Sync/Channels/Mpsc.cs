using System;

namespace Kioto.Sync;

/// <summary>Channels from many senders to one receiver.</summary>
public static class Mpsc
{
    /// <summary>Makes a channel with bounded room: who sends into a full one waits, first come, first served.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="capacity">How many values it holds, at least 1. Memory is taken as it is used.</param>
    /// <returns>The first sender and the receiver.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public static (MpscSender<T> Sender, MpscReceiver<T> Receiver) Create<T>(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        MpscChannel<T> channel = new(capacity);
        return (new MpscSender<T>(channel), new MpscReceiver<T>(channel));
    }

    /// <summary>Makes a channel with room for everything: sending never waits. Mind the memory.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <returns>The first sender and the receiver.</returns>
    public static (UnboundedMpscSender<T> Sender, MpscReceiver<T> Receiver) CreateUnbounded<T>()
    {
        MpscChannel<T> channel = new(MpscChannel<T>.Unbounded);
        return (new UnboundedMpscSender<T>(channel), new MpscReceiver<T>(channel));
    }
}
