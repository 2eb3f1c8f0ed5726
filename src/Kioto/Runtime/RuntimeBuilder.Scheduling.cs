using System;
using System.Threading;

namespace Kioto;

/// <content>How the scheduler shares its time.</content>
public sealed partial class RuntimeBuilder
{
    private const int DefaultEventInterval = 61; // Tokio's number.
    private const int DefaultMaxIoEvents = 1024; // Tokio's number.
    private const int DefaultBackgroundInterval = 32;

    private int? _eventInterval;
    private int? _globalQueueInterval;
    private bool _disableLifoSlot;
    private int? _budget;
    private TimeSpan? _timeSlice;
    private int? _backgroundInterval;
    private TimeSpan _backgroundMaxWait = TimeSpan.FromMilliseconds(100);
    private ulong? _rngSeed;
    private int? _maxIoEventsPerTick;

    /// <summary>How many tasks a busy worker polls between two looks at timers and I/O. As Tokio's <c>event_interval</c>.</summary>
    /// <param name="ticks">1 to 1,000,000. Default: 61.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder EventInterval(int ticks)
    {
        _eventInterval = InRange(ticks, 1, KnobBounds.MostTicks, nameof(EventInterval));
        return this;
    }

    /// <summary>
    /// How many tasks a busy worker polls of its own before it looks first at those that other threads have queued. As
    /// Tokio's <c>global_queue_interval</c>.
    /// </summary>
    /// <remarks>
    /// Smaller: tasks from outside wait less, and the workers meet more often at the shared queue. Whatever it is, a
    /// worker takes many at once, in their order.
    /// </remarks>
    /// <param name="ticks">1 to 1,000,000. Default: 61 with workers that steal, else 31.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder GlobalQueueInterval(int ticks)
    {
        _globalQueueInterval = InRange(ticks, 1, KnobBounds.MostTicks, nameof(GlobalQueueInterval));
        return this;
    }

    /// <summary>
    /// A task that is woken by another one goes to the end of the worker's queue instead of running next. As Tokio's
    /// <c>disable_lifo_slot</c>.
    /// </summary>
    /// <remarks>
    /// The slot is good for tasks that send to each other, and no other worker can steal from it: turn it off where
    /// tasks wake one another and then compute for long. A current-thread or per-core runtime has none to turn off.
    /// </remarks>
    /// <returns>This builder.</returns>
    public RuntimeBuilder DisableLifoSlot()
    {
        _disableLifoSlot = true;
        return this;
    }

    /// <summary>How many operations that are ready at once a task may do in one poll before it must let others run.</summary>
    /// <param name="operations">1 to 1,000,000. Default: 128, Tokio's fixed number.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder Budget(int operations)
    {
        _budget = InRange(operations, 1, KnobBounds.MostTicks, nameof(Budget));
        return this;
    }

    /// <summary>
    /// How long one poll of a task may last before it must let others run: then its budget counts as spent, and the next
    /// operation that awaits yields first. Default: 10 ms.
    /// </summary>
    /// <remarks>
    /// For tasks that compute between operations that are ready at once. Nobody is interrupted: a poll that awaits nothing
    /// goes on (see <see cref="StuckThreshold"/> for what becomes of the others meanwhile). It is noticed from outside, up
    /// to 5 ms late, or half a slice if that is less but at least 1 ms; no clock is read by tasks. What runs under
    /// <c>Unconstrained()</c> is exempt. Pauses of the garbage collector don't count.
    /// <para>Off by default, and while the clock is paused, where runs are to repeat: on current-thread runtimes with
    /// <see cref="StartPaused"/> or an <see cref="RngSeed"/>.</para>
    /// </remarks>
    /// <param name="slice">1 ms or more; zero or <see cref="Timeout.InfiniteTimeSpan"/> turns it off.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder TimeSlice(TimeSpan slice)
    {
        if (slice < TimeSpan.FromMilliseconds(1) && slice != TimeSpan.Zero && slice != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(
                nameof(TimeSlice), slice, "TimeSlice must be 1 ms or more, or zero or infinite to turn it off.");
        }

        _timeSlice = slice == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : slice;
        return this;
    }

    /// <summary>
    /// How many normal tasks a busy worker polls between two of the background class (<see cref="TaskClass"/>).
    /// </summary>
    /// <remarks>
    /// It counts polls, not time: background tasks that compute should yield, by <c>Kio.ConsumeBudgetAsync</c> say. A
    /// worker that has nothing else runs background tasks one after the other.
    /// </remarks>
    /// <param name="tasks">1 to 1,000,000. Default: 32.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder BackgroundInterval(int tasks)
    {
        _backgroundInterval = InRange(tasks, 1, KnobBounds.MostTicks, nameof(BackgroundInterval));
        return this;
    }

    /// <summary>
    /// After how long a ready background task (<see cref="TaskClass"/>) goes before normal ones, whatever
    /// <see cref="BackgroundInterval"/> says. Default: 100 ms.
    /// </summary>
    /// <remarks>
    /// A busy worker looks at every fourth task whether one is overdue, so that of a flood of overdue ones no more than
    /// every fifth poll is. On the runtime's clock: while that is paused nobody grows old.
    /// </remarks>
    /// <param name="wait">More than zero; <see cref="Timeout.InfiniteTimeSpan"/> turns it off.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder BackgroundMaxWait(TimeSpan wait)
    {
        if (wait <= TimeSpan.Zero && wait != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(
                nameof(BackgroundMaxWait), wait, "BackgroundMaxWait must be more than zero, or infinite to turn it off.");
        }

        _backgroundMaxWait = wait;
        return this;
    }

    /// <summary>
    /// The runtime's random choices are the same in each run: the order of <c>Kio.Select</c>'s arms, and from whom a
    /// worker steals first. As Tokio's <c>rng_seed</c>.
    /// </summary>
    /// <remarks>
    /// Each worker has a stream of its own, and each call of BlockOn the next one. On a current-thread runtime that
    /// waits for nothing outside, a program then runs in the same order each time; with several workers who runs what
    /// is still the operating system's choice.
    /// </remarks>
    /// <param name="seed">Any number. Default: another one each time.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder RngSeed(ulong seed)
    {
        _rngSeed = seed;
        return this;
    }

    /// <summary>How many I/O events one look at the driver takes at most. As Tokio's <c>max_io_events_per_tick</c>.</summary>
    /// <param name="events">1 to 65536; each takes 16 bytes. Default: 1024.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder MaxIoEventsPerTick(int events)
    {
        _maxIoEventsPerTick = InRange(events, 1, KnobBounds.MostIoEvents, nameof(MaxIoEventsPerTick));
        return this;
    }

    // A guard by real time would make each run another one where they are to be the same.
    private long SliceOf(RuntimeFlavor flavor)
    {
        bool repeats = flavor is RuntimeFlavor.CurrentThread or RuntimeFlavor.Local && (_startPaused || _rngSeed is not null);
        return _timeSlice is { } slice ? Nanos(slice) : repeats ? long.MaxValue : Scheduler.DefaultSliceNanos;
    }

    private static long Nanos(TimeSpan time) =>
        time == Timeout.InfiniteTimeSpan ? long.MaxValue : Instant.ToNanos(time);

    // Tokio's numbers; a worker that steals takes up to half a ring at once and so needs to look less often.
    private static int DefaultGlobalQueueInterval(RuntimeFlavor flavor) =>
        flavor == RuntimeFlavor.MultiThread ? DefaultEventInterval : 31;
}
