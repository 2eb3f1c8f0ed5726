using System;

namespace Kioto;

/// <summary>Sets up a <see cref="Runtime"/>. Reusable: each <see cref="Build"/> makes a new runtime.</summary>
/// <remarks>As Tokio's <c>Builder</c>, except that the drivers are on.</remarks>
public sealed class RuntimeBuilder
{
    private const int DefaultMaxBlockingThreads = 512;

    private readonly bool _multiThread;
    private int? _workerThreads;
    private int? _maxBlockingThreads;
    private int? _maxThreads;
    private TimeSpan _keepAlive = TimeSpan.FromSeconds(10);
    private string _threadName = "kioto-worker";
    private Action<Exception>? _onUnhandledFailure;
    private TimeSpan _cleanupGrace = TimeSpan.FromSeconds(5);
    private bool _startPaused;
    private bool _flowsContext = true;
    private TimeSpan _stuckThreshold = TimeSpan.FromMilliseconds(50);
    private Action<StuckTaskReport>? _onStuckTask;
    private bool _eagerDriverHandoff;

    internal RuntimeBuilder(bool multiThread) => _multiThread = multiThread;

    /// <summary>How many threads poll tasks. Default: the number of processors. No effect on a current-thread runtime.</summary>
    /// <param name="count">1 to 1024.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder WorkerThreads(int count)
    {
        _workerThreads = InRange(count, 1, 1024, nameof(WorkerThreads));
        return this;
    }

    /// <summary>How many threads there may be together: workers, and the rest for the blocking pool.</summary>
    /// <param name="count">More than there are workers.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder MaxThreads(int count)
    {
        _maxThreads = InRange(count, 1, 32767, nameof(MaxThreads));
        return this;
    }

    /// <summary>How many threads the blocking pool may have, besides the workers. Default: 512.</summary>
    /// <param name="count">1 to 32767.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder MaxBlockingThreads(int count)
    {
        _maxBlockingThreads = InRange(count, 1, 32767, nameof(MaxBlockingThreads));
        return this;
    }

    /// <summary>How long an idle thread of the blocking pool waits for work before it ends. Default: 10 s.</summary>
    /// <param name="keepAlive">More than zero, or <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder ThreadKeepAlive(TimeSpan keepAlive)
    {
        if (keepAlive <= TimeSpan.Zero && keepAlive != System.Threading.Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(ThreadKeepAlive), keepAlive, "ThreadKeepAlive must be more than zero.");
        }

        _keepAlive = keepAlive;
        return this;
    }

    /// <summary>The name of the worker threads; those of the blocking pool have "-blocking" behind it.</summary>
    /// <param name="name">Not empty. Default: "kioto-worker".</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder ThreadName(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _threadName = name;
        return this;
    }

    /// <summary>
    /// Called with the failure of each detached task, and with a <see cref="TimeoutException"/> for each task that still
    /// runs two cleanup graces after it was cancelled. Default: a line in the process's trace listeners.
    /// </summary>
    /// <param name="report">Called on a worker; it must not throw or block.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder OnUnhandledFailure(Action<Exception> report)
    {
        ArgumentNullException.ThrowIfNull(report);
        _onUnhandledFailure = report;
        return this;
    }

    /// <summary>How long cancelled tasks may clean up. Default: 5 s.</summary>
    /// <remarks>
    /// After it a task's cancellation is delivered again, at the await of that moment; after a second one also awaited
    /// Tasks are let go, and the task is reported. At shutdown what still lives after it is dropped.
    /// </remarks>
    /// <param name="grace">Zero to a day. Deliveries are at least 10 ms apart.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder CleanupGrace(TimeSpan grace)
    {
        if (grace < TimeSpan.Zero || grace > TimeSpan.FromDays(1))
        {
            throw new ArgumentOutOfRangeException(nameof(CleanupGrace), grace, "CleanupGrace must be between zero and a day.");
        }

        _cleanupGrace = grace;
        return this;
    }

    /// <summary>The runtime's clock begins paused. For tests, on a current-thread runtime; see <see cref="RuntimeClock"/>.</summary>
    /// <param name="paused">Whether it does. Default: false.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder StartPaused(bool paused = true)
    {
        _startPaused = paused;
        return this;
    }

    /// <summary>
    /// Whether <c>ExecutionContext</c> (AsyncLocal, <c>Activity.Current</c>) flows through the runtime's futures and tasks
    /// as through Tasks. Default: true.
    /// </summary>
    /// <remarks>
    /// Without it tasks start in the default context, and what they set is gone after the next await that suspends: only
    /// a <see cref="TaskLocal{T}"/> lasts. <c>async Task</c> methods flow their own context as ever. It saves time where
    /// every task has a context of its own, as under tracing, and little else.
    /// </remarks>
    /// <param name="flow">False to turn the flow off.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder FlowExecutionContext(bool flow)
    {
        _flowsContext = flow;
        return this;
    }

    /// <summary>
    /// How long one poll of a task may last before the runtime takes the task for stuck: then the worker's other tasks
    /// and timers go on on another thread, and the task is reported. Default: 50 ms.
    /// </summary>
    /// <remarks>
    /// A task that blocks its thread, or computes for long, delays others by no more than this and a few milliseconds.
    /// It goes on where it is; only what it wakes and spawns takes another way. It costs a thread, which waits in reserve
    /// when the poll has ended. Pauses of the garbage collector don't count. On multi-thread runtimes.
    /// </remarks>
    /// <param name="threshold">10 ms or more; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> turns it off.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder StuckThreshold(TimeSpan threshold)
    {
        if (threshold < TimeSpan.FromMilliseconds(10) && threshold != System.Threading.Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(
                nameof(StuckThreshold), threshold, "StuckThreshold must be 10 ms or more, or infinite to turn it off.");
        }

        _stuckThreshold = threshold;
        return this;
    }

    /// <summary>
    /// Called for each task that is stuck, see <see cref="StuckThreshold"/>. Default: a warning in the process's trace
    /// listeners, one a second at most.
    /// </summary>
    /// <param name="report">Called on the watchdog's thread; while it blocks, nobody watches.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder OnStuckTask(Action<StuckTaskReport> report)
    {
        ArgumentNullException.ThrowIfNull(report);
        _onStuckTask = report;
        return this;
    }

    /// <summary>
    /// Whether a worker that was woken by I/O or a timer first wakes another one to wait for further events. Default:
    /// false. As Tokio's <c>enable_eager_driver_handoff</c>.
    /// </summary>
    /// <remarks>
    /// Without it events wait while a worker polls a task that they have woken, for 10 ms at most: then the watchdog sees
    /// to them. With it they don't, at the price of a wake-up for each event that finds the runtime idle.
    /// </remarks>
    /// <param name="eager">True to turn it on.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder EagerDriverHandoff(bool eager = true)
    {
        _eagerDriverHandoff = eager;
        return this;
    }

    /// <summary>Makes the runtime and starts its workers.</summary>
    /// <returns>The runtime. Dispose it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">MaxThreads leaves no thread for the blocking pool.</exception>
    /// <exception cref="InvalidOperationException">
    /// MaxThreads and MaxBlockingThreads are both set, or a multi-thread runtime is to start paused.
    /// </exception>
    public Runtime Build()
    {
        if (_startPaused && _multiThread)
        {
            throw new InvalidOperationException(
                "The clock of a multi-thread runtime can't be paused. Use Runtime.CreateCurrentThreadBuilder(), or no StartPaused().");
        }

        int workers = _multiThread ? _workerThreads ?? Environment.ProcessorCount : 1;
        RuntimeOptions options = new()
        {
            IsMultiThread = _multiThread,
            WorkerThreads = workers,
            MaxBlockingThreads = BlockingThreads(workers),
            ThreadKeepAlive = _keepAlive,
            ThreadName = _threadName,
            OnUnhandledFailure = _onUnhandledFailure,
            CleanupGrace = _cleanupGrace,
            FlowsContext = _flowsContext,
            StuckThreshold = _stuckThreshold,
            OnStuckTask = _onStuckTask,
            EagerDriverHandoff = _eagerDriverHandoff,
        };
        Runtime runtime = new(_multiThread ? new MultiThreadScheduler(options) : new CurrentThreadScheduler(options));
        if (_startPaused)
        {
            runtime.Clock.Pause();
        }

        return runtime;
    }

    private static int InRange(int value, int least, int most, string knob) =>
        value >= least && value <= most
            ? value
            : throw new ArgumentOutOfRangeException(knob, value, $"{knob} must be between {least} and {most}.");

    private int BlockingThreads(int workers)
    {
        if (_maxThreads is not { } total)
        {
            return _maxBlockingThreads ?? DefaultMaxBlockingThreads;
        }

        if (_maxBlockingThreads is not null)
        {
            throw new InvalidOperationException("Set MaxThreads (the total) or MaxBlockingThreads (the pool alone), not both.");
        }

        return total > workers
            ? total - workers
            : throw new ArgumentOutOfRangeException(
                nameof(MaxThreads),
                total,
                $"MaxThreads counts the {workers} worker(s) too and must leave at least one thread for the blocking pool.");
    }
}
