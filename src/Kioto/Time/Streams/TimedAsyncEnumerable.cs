using System;
using System.Collections.Generic;

namespace Kioto;

/// <summary>What streams need of time: throttling, time limits, chunks by time, debouncing.</summary>
/// <remarks>
/// As tokio-stream's. They are enumerated inside a runtime, on whose clock they wait. Every step is cancel safe: an item
/// that has come, or is gathered, is there at the next step. Kioto's own sequences are read by futures and lose nothing
/// when the enumeration ends; a plain async iterator that was asked for an item then is waited for, as .NET demands, and
/// the token that it was given tells it to hurry. <c>WithCancellation</c> gives the token to the source.
/// </remarks>
public static class TimedAsyncEnumerable
{
    /// <summary>Lets at least a time pass between asking for two items. The first comes at once.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="source">The stream.</param>
    /// <param name="duration">Counted from the item before; zero or more.</param>
    /// <returns>The stream, slowed down.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative.</exception>
    public static FutureStream<T> Throttle<T>(this IAsyncEnumerable<T> source, TimeSpan duration)
    {
        Check(source, duration, nameof(Throttle));
        return new TimedStream<T>(token => new ThrottleEnumerator<T>(new TimedSource<T>(source, token), duration));
    }

    /// <summary>Tells when an item takes too long, once for each; the item still comes.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="source">The stream.</param>
    /// <param name="duration">How long each item may take from when it is asked for; zero or more.</param>
    /// <returns>The items, with a value-less one for each that was late.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative.</exception>
    public static FutureStream<TimedItem<T>> Timeout<T>(this IAsyncEnumerable<T> source, TimeSpan duration)
    {
        Check(source, duration, nameof(Timeout));
        return new TimedStream<TimedItem<T>>(
            token => new TimeoutEnumerator<T>(new TimedSource<T>(source, token), duration, repeating: false));
    }

    /// <summary>Tells when an item takes too long, again and again until it comes.</summary>
    /// <remarks>Warnings that a slow consumer has not asked for come one after the other, as with Tokio's burst.</remarks>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="source">The stream.</param>
    /// <param name="interval">How long an item may take, and the time between two warnings; more than zero.</param>
    /// <returns>The items, with a value-less one for each interval that passed without one.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The interval is not more than zero.</exception>
    public static FutureStream<TimedItem<T>> TimeoutRepeating<T>(this IAsyncEnumerable<T> source, TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        Check(source, interval, nameof(TimeoutRepeating));
        return new TimedStream<TimedItem<T>>(
            token => new TimeoutEnumerator<T>(new TimedSource<T>(source, token), interval, repeating: true));
    }

    /// <summary>Gathers items into chunks: full ones, and what there is when a time has passed since a chunk's first.</summary>
    /// <remarks>What was gathered when the source fails comes as a chunk; the next step throws the failure.</remarks>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="source">The stream.</param>
    /// <param name="maxSize">Items of a full chunk; at least 1.</param>
    /// <param name="duration">How long a chunk's first item waits at most; zero or more.</param>
    /// <returns>The chunks, none of them empty.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than 1, or the duration negative.</exception>
    public static FutureStream<IReadOnlyList<T>> ChunksTimeout<T>(this IAsyncEnumerable<T> source, int maxSize, TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSize, 1);
        Check(source, duration, nameof(ChunksTimeout));
        return new TimedStream<IReadOnlyList<T>>(
            token => new ChunksEnumerator<T>(new TimedSource<T>(source, token), maxSize, duration), gathers: true);
    }

    /// <summary>Gives an item only when no other has come for a time after it; the stream's last one always.</summary>
    /// <remarks>The last one before a failure of the source too; the next step throws the failure.</remarks>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="source">The stream.</param>
    /// <param name="duration">How long it must be quiet; zero or more.</param>
    /// <returns>The items that were followed by quiet.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative.</exception>
    public static FutureStream<T> Debounce<T>(this IAsyncEnumerable<T> source, TimeSpan duration)
    {
        Check(source, duration, nameof(Debounce));
        return new TimedStream<T>(token => new DebounceEnumerator<T>(new TimedSource<T>(source, token), duration), gathers: true);
    }

    private static void Check<T>(IAsyncEnumerable<T> source, TimeSpan duration, string who)
    {
        ArgumentNullException.ThrowIfNull(source);
        _ = Durations.ToNanos(duration, who);
    }
}
