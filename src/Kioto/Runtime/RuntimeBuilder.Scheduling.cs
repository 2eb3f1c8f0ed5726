namespace Kioto;

/// <content>How the scheduler shares its time.</content>
public sealed partial class RuntimeBuilder
{
    private const int DefaultEventInterval = 61; // Tokio's number.
    private const int DefaultMaxIoEvents = 1024; // Tokio's number.
    private const int MostTicks = 1_000_000;

    private int? _eventInterval;
    private int? _globalQueueInterval;
    private bool _disableLifoSlot;
    private int? _budget;
    private ulong? _rngSeed;
    private int? _maxIoEventsPerTick;

    /// <summary>How many tasks a busy worker polls between two looks at timers and I/O. As Tokio's <c>event_interval</c>.</summary>
    /// <param name="ticks">1 to 1,000,000. Default: 61.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder EventInterval(int ticks)
    {
        _eventInterval = InRange(ticks, 1, MostTicks, nameof(EventInterval));
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
        _globalQueueInterval = InRange(ticks, 1, MostTicks, nameof(GlobalQueueInterval));
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
        _budget = InRange(operations, 1, MostTicks, nameof(Budget));
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
        _maxIoEventsPerTick = InRange(events, 1, 65536, nameof(MaxIoEventsPerTick));
        return this;
    }

    // Tokio's numbers; a worker that steals takes up to half a ring at once and so needs to look less often.
    private static int DefaultGlobalQueueInterval(RuntimeFlavor flavor) =>
        flavor == RuntimeFlavor.MultiThread ? DefaultEventInterval : 31;
}
