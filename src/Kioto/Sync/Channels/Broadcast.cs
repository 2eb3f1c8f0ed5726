using System;
using System.Numerics;

namespace Kioto.Sync;

/// <summary>Channels in which every receiver gets every value.</summary>
public static class Broadcast
{
    /// <summary>The largest capacity.</summary>
    public const int MaxCapacity = 1 << 28;

    /// <summary>Makes a channel whose sending never waits: a receiver that is too slow misses the oldest values, and is told how many.</summary>
    /// <remarks>All receivers get the same object: values should be immutable. A value is let go of when all have received it.</remarks>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="capacity">How many values are kept for slow receivers; rounded up to a power of two.</param>
    /// <returns>The first sender and the first receiver.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1, or more than <see cref="MaxCapacity"/>.</exception>
    public static (BroadcastSender<T> Sender, BroadcastReceiver<T> Receiver) Create<T>(int capacity)
    {
        BroadcastChannel<T> channel = new(Round(capacity), lossless: false);
        return (new BroadcastSender<T>(channel), new BroadcastReceiver<T>(channel, 0));
    }

    /// <summary>Makes a channel in which nobody misses anything: sending waits for the slowest receiver.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="capacity">How many values the slowest receiver may be behind; rounded up to a power of two.</param>
    /// <returns>The first sender and the first receiver.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1, or more than <see cref="MaxCapacity"/>.</exception>
    public static (LosslessSender<T> Sender, BroadcastReceiver<T> Receiver) CreateLossless<T>(int capacity)
    {
        BroadcastChannel<T> channel = new(Round(capacity), lossless: true);
        return (new LosslessSender<T>(channel), new BroadcastReceiver<T>(channel, 0));
    }

    /// <summary>Makes a channel as <see cref="Create{T}"/> does, without a receiver yet. As Tokio's <c>broadcast::Sender::new</c>.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="capacity">How many values are kept for slow receivers; rounded up to a power of two.</param>
    /// <returns>The first sender; its <see cref="BroadcastSender{T}.Subscribe"/> makes receivers. Until then sending hands the value back.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1, or more than <see cref="MaxCapacity"/>.</exception>
    public static BroadcastSender<T> CreateSender<T>(int capacity) =>
        new(new BroadcastChannel<T>(Round(capacity), lossless: false, receivers: 0));

    /// <summary>Makes a channel as <see cref="CreateLossless{T}"/> does, without a receiver yet.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="capacity">How many values the slowest receiver may be behind; rounded up to a power of two.</param>
    /// <returns>The first sender; its <see cref="LosslessSender{T}.Subscribe"/> makes receivers. Until then sending hands the value back.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1, or more than <see cref="MaxCapacity"/>.</exception>
    public static LosslessSender<T> CreateLosslessSender<T>(int capacity) =>
        new(new BroadcastChannel<T>(Round(capacity), lossless: true, receivers: 0));

    private static int Round(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, MaxCapacity);
        return (int)BitOperations.RoundUpToPowerOf2((uint)capacity);
    }
}
