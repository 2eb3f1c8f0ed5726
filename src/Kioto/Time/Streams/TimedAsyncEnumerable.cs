using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Kioto;

/// <summary>What streams need of time: throttling, time limits, chunks by time, debouncing.</summary>
/// <remarks>
/// As tokio-stream's. They are enumerated inside a runtime, on whose clock they wait. An item that was asked for when
/// the enumeration stops is waited for, as .NET demands; the source's cancellation token tells it to hurry.
/// </remarks>
public static class TimedAsyncEnumerable
{
    /// <summary>Lets at least a time pass between asking for two items. The first comes at once.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="source">The stream.</param>
    /// <param name="duration">Counted from the item before; zero or more.</param>
    /// <returns>The stream, slowed down.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative.</exception>
    public static IAsyncEnumerable<T> Throttle<T>(this IAsyncEnumerable<T> source, TimeSpan duration)
    {
        Check(source, duration, nameof(Throttle));
        return Iterate();

        async IAsyncEnumerable<T> Iterate([EnumeratorCancellation] CancellationToken token = default)
        {
            Sleep gap = new(TimeSpan.Zero);
            await using IAsyncEnumerator<T> items = source.GetAsyncEnumerator(token);
            while (true)
            {
                await gap;
                if (!await items.MoveNextAsync())
                {
                    yield break;
                }

                gap.Reset(duration);
                yield return items.Current;
            }
        }
    }

    /// <summary>Tells when an item takes too long, once for each; the item still comes.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="source">The stream.</param>
    /// <param name="duration">How long each item may take from when it is asked for; zero or more.</param>
    /// <returns>The items, with a value-less one for each that was late.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative.</exception>
    public static IAsyncEnumerable<TimedItem<T>> Timeout<T>(this IAsyncEnumerable<T> source, TimeSpan duration)
    {
        Check(source, duration, nameof(Timeout));
        return WithTimeouts(source, duration, repeating: false);
    }

    /// <summary>Tells when an item takes too long, again and again until it comes.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="source">The stream.</param>
    /// <param name="interval">How long an item may take, and the time between two warnings; more than zero.</param>
    /// <returns>The items, with a value-less one for each interval that passed without one.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The interval is not more than zero.</exception>
    public static IAsyncEnumerable<TimedItem<T>> TimeoutRepeating<T>(this IAsyncEnumerable<T> source, TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        Check(source, interval, nameof(TimeoutRepeating));
        return WithTimeouts(source, interval, repeating: true);
    }

    /// <summary>Gathers items into chunks: full ones, and what there is when a time has passed since a chunk's first.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="source">The stream.</param>
    /// <param name="maxSize">Items of a full chunk; at least 1.</param>
    /// <param name="duration">How long a chunk's first item waits at most; zero or more.</param>
    /// <returns>The chunks, none of them empty.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than 1, or the duration negative.</exception>
    public static IAsyncEnumerable<IReadOnlyList<T>> ChunksTimeout<T>(
        this IAsyncEnumerable<T> source, int maxSize, TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSize, 1);
        Check(source, duration, nameof(ChunksTimeout));
        return Iterate();

        async IAsyncEnumerable<IReadOnlyList<T>> Iterate([EnumeratorCancellation] CancellationToken token = default)
        {
            Sleep limit = new(duration);
            await using PendingItem<T> items = new(source, token);
            List<T> chunk = [];
            while (await items.TakeAsync())
            {
                chunk.Add(items.Current);
                limit.Reset(duration);
                bool ended = false;
                while (!ended && chunk.Count < maxSize)
                {
                    items.Ask();
                    if (!await items.ComesBefore(limit))
                    {
                        break;
                    }

                    ended = !await items.TakeAsync();
                    if (!ended)
                    {
                        chunk.Add(items.Current);
                    }
                }

                yield return chunk;
                if (ended)
                {
                    yield break;
                }

                chunk = [];
            }
        }
    }

    /// <summary>Gives an item only when no other has come for a time after it; the stream's last one always.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="source">The stream.</param>
    /// <param name="duration">How long it must be quiet; zero or more.</param>
    /// <returns>The items that were followed by quiet.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative.</exception>
    public static IAsyncEnumerable<T> Debounce<T>(this IAsyncEnumerable<T> source, TimeSpan duration)
    {
        Check(source, duration, nameof(Debounce));
        return Iterate();

        async IAsyncEnumerable<T> Iterate([EnumeratorCancellation] CancellationToken token = default)
        {
            Sleep quiet = new(duration);
            await using PendingItem<T> items = new(source, token);
            while (await items.TakeAsync())
            {
                T latest = items.Current;
                bool ended = false;
                quiet.Reset(duration);
                while (true)
                {
                    items.Ask();
                    if (!await items.ComesBefore(quiet))
                    {
                        break;
                    }

                    ended = !await items.TakeAsync();
                    if (ended)
                    {
                        break;
                    }

                    latest = items.Current;
                    quiet.Reset(duration);
                }

                yield return latest;
                if (ended)
                {
                    yield break;
                }
            }
        }
    }

    private static async IAsyncEnumerable<TimedItem<T>> WithTimeouts<T>(
        IAsyncEnumerable<T> source,
        TimeSpan duration,
        bool repeating,
        [EnumeratorCancellation] CancellationToken token = default)
    {
        Sleep limit = new(duration);
        await using PendingItem<T> items = new(source, token);
        while (true)
        {
            limit.Reset(duration);
            items.Ask();
            while (!await items.ComesBefore(limit))
            {
                yield return default;
                limit.Reset(repeating ? limit.Deadline + duration : Instant.MaxValue);
            }

            if (!await items.TakeAsync())
            {
                yield break;
            }

            yield return new TimedItem<T>(items.Current);
        }
    }

    private static void Check<T>(IAsyncEnumerable<T> source, TimeSpan duration, string who)
    {
        ArgumentNullException.ThrowIfNull(source);
        _ = Durations.ToNanos(duration, who);
    }
}
