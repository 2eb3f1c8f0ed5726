using System;

namespace Kioto.Sync;

/// <summary>Channels from many senders to many receivers: each value goes to one of them; who has waited longest is woken first.</summary>
public static class Mpmc
{
    /// <summary>Makes a channel with bounded room: who sends into a full one waits, first come, first served.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="capacity">How many values it holds, at least 1.</param>
    /// <returns>The first sender and the first receiver.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public static (MpmcSender<T> Sender, MpmcReceiver<T> Receiver) Create<T>(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        return Ends<T>(capacity);
    }

    /// <summary>Makes a channel with room for everything: sending never waits. Mind the memory.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <returns>The first sender and the first receiver.</returns>
    public static (MpmcSender<T> Sender, MpmcReceiver<T> Receiver) CreateUnbounded<T>() => Ends<T>(PermitQueue.MaxPermits);

    private static (MpmcSender<T> Sender, MpmcReceiver<T> Receiver) Ends<T>(long capacity)
    {
        MpmcChannel<T> channel = new(capacity);
        return (new MpmcSender<T>(channel), new MpmcReceiver<T>(channel));
    }
}
