using System;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Kioto;

/// <summary>Sets up a <see cref="Runtime"/>. Reusable: each <see cref="Build"/> makes a new runtime.</summary>
/// <remarks>
/// As Tokio's <c>Builder</c>, except that the drivers are on.
/// <para>Each method sets its knob anew: of two calls the later one counts. A value that makes no sense throws at once,
/// with the knob's name; knobs that contradict each other throw in <see cref="Build"/>, with both names.</para>
/// </remarks>
public sealed partial class RuntimeBuilder
{
    /// <summary>The environment variable with the number of workers of runtimes that don't say.</summary>
    private const string WorkersVariable = "KIOTO_WORKER_THREADS";

    private const int DefaultMaxBlockingThreads = 512;

    private readonly RuntimeFlavor _flavor;
    private int? _workerThreads;
    private int? _maxBlockingThreads;
    private int? _maxThreads;
    private int? _maxBlockingQueue;
    private BlockingPoolOptions[] _blockingPools = [];
    private TimeSpan _keepAlive = TimeSpan.FromSeconds(10);
    private string? _name;
    private string? _threadName;
    private Func<ThreadMeta, string>? _threadNameFn;
    private int _threadStackSize;
    private FailurePolicy _failures = FailurePolicy.Default;
    private FailureLedger? _ledger;
    private TimeSpan _cleanupGrace = TimeSpan.FromSeconds(5);
    private bool _startPaused;
    private bool _flowsContext = true;
    private TimeSpan _stuckThreshold = TimeSpan.FromMilliseconds(50);
    private Action<StuckTaskReport>? _onStuckTask;
    private Action<StuckTaskReport>? _onStuckTaskOfHost;
    private bool _eagerDriverHandoff;

    internal RuntimeBuilder(RuntimeFlavor flavor) => _flavor = flavor;

    /// <summary>How many threads poll tasks.</summary>
    /// <remarks>
    /// <para>A current-thread runtime ignores it, as in Tokio: its tasks run on the one thread that is in BlockOn.</para>
    /// <para>Default: what the environment variable <c>KIOTO_WORKER_THREADS</c> says, else the processors that the process
    /// may use. Those are <see cref="Environment.ProcessorCount"/>: .NET counts what affinity masks and a container's CPU
    /// limit (rounded up) leave of the machine.</para>
    /// </remarks>
    /// <param name="count">1 to 1024.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder WorkerThreads(int count)
    {
        _workerThreads = InRange(count, 1, KnobBounds.MostWorkers, nameof(WorkerThreads));
        return this;
    }

    /// <summary>How many threads there may be together: workers, and the rest for the blocking pool.</summary>
    /// <param name="count">More than there are workers, which <see cref="Build"/> checks; up to 32767.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder MaxThreads(int count)
    {
        _maxThreads = InRange(count, 1, KnobBounds.MostThreads, nameof(MaxThreads));
        return this;
    }

    /// <summary>How many threads the blocking pool may have, besides the workers. Default: 512.</summary>
    /// <param name="count">1 to 32767.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder MaxBlockingThreads(int count)
    {
        _maxBlockingThreads = InRange(count, 1, KnobBounds.MostThreads, nameof(MaxBlockingThreads));
        return this;
    }

    /// <summary>
    /// How many closures may wait for a thread of the blocking pool while all are busy. Then <c>SpawnBlocking</c> throws,
    /// and <c>SpawnBlockingAsync</c> waits. Default: no bound.
    /// </summary>
    /// <param name="count">0 or more. At most so many and <see cref="MaxBlockingThreads"/> closures are under way together.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder MaxBlockingQueue(int count)
    {
        _maxBlockingQueue = InRange(count, 0, int.MaxValue, nameof(MaxBlockingQueue));
        return this;
    }

    /// <summary>
    /// Adds a pool of threads for blocking closures, for <c>Kio.BlockingPool(name)</c>: closures of another kind then
    /// keep none of these waiting. Its threads come on top of <see cref="MaxThreads"/>.
    /// </summary>
    /// <param name="name">
    /// Not empty, and not "io": that is the pool of SpawnBlocking. "cpu" is there without being asked for, with as many
    /// threads as there are processors; here it can be given others. The last call for a name counts.
    /// </param>
    /// <param name="threads">How many threads it may have. 1 to 32767.</param>
    /// <param name="queue">How many closures may wait while all are busy, 0 or more. Default: no bound.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder BlockingPool(string name, int threads, int? queue = null)
    {
        ThrowIfNoName(name, nameof(BlockingPool));
        if (name == BlockingPoolOptions.DefaultName)
        {
            throw new ArgumentException(
                $"BlockingPool \"{name}\" is the pool of SpawnBlocking: use MaxBlockingThreads and MaxBlockingQueue.", nameof(name));
        }

        InRange(threads, 1, KnobBounds.MostThreads, $"{nameof(BlockingPool)} \"{name}\": {nameof(threads)}");
        InRange(queue ?? 0, 0, int.MaxValue, $"{nameof(BlockingPool)} \"{name}\": {nameof(queue)}");
        _blockingPools = [.. Array.FindAll(_blockingPools, pool => pool.Name != name), new(name, threads, queue)];
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

    /// <summary>The runtime's name, for logs and dumps: <c>RuntimeHandle.Name</c>. As Tokio's <c>name</c>.</summary>
    /// <param name="name">Not empty. Default: none.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder Name(string name)
    {
        ThrowIfNoName(name, nameof(Name));
        _name = name;
        return this;
    }

    /// <summary>The name of the worker threads; those of a blocking pool have the pool's name and a number behind it.</summary>
    /// <param name="name">Not empty. Default: "kioto-worker".</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder ThreadName(string name)
    {
        ThrowIfNoName(name, nameof(ThreadName));
        _threadName = name;
        return this;
    }

    /// <summary>Names each thread. Not together with <see cref="ThreadName"/>. As Tokio's <c>thread_name_fn</c>.</summary>
    /// <param name="name">
    /// Called once a thread, on the thread that starts it. Where it throws or gives null, the thread has the default
    /// name, and what it threw goes to <see cref="OnUnhandledFailure(UnhandledFailure)"/>.
    /// </param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder ThreadNameFn(Func<ThreadMeta, string> name)
    {
        ArgumentNullException.ThrowIfNull(name, nameof(ThreadNameFn));
        _threadNameFn = name;
        return this;
    }

    /// <summary>The size of the stacks of workers and blocking threads. As Tokio's <c>thread_stack_size</c>.</summary>
    /// <param name="bytes">64 KiB to 1 GiB. Default: .NET's (1.5 MiB on Linux, or what <c>ulimit -s</c> says).</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder ThreadStackSize(int bytes)
    {
        _threadStackSize = InRange(bytes, KnobBounds.LeastStack, KnobBounds.MostStack, nameof(ThreadStackSize));
        return this;
    }

    /// <summary>What is done about the failure of a task that nobody observes. Default: <see cref="UnhandledFailure.Log"/>.</summary>
    /// <remarks>
    /// A detached task's is dealt with when it ends; one of a task with a handle when the handle has been collected and
    /// nobody has awaited it. What is still referenced when the process ends is not reported.
    /// </remarks>
    /// <param name="policy">Anything but <see cref="UnhandledFailure.Callback"/>, which needs the callback.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">The policy is a callback, and there is none.</exception>
    public RuntimeBuilder OnUnhandledFailure(UnhandledFailure policy)
    {
        if (policy == UnhandledFailure.Callback)
        {
            throw new ArgumentException("Pass the callback itself: OnUnhandledFailure((failure, task) => ...).", nameof(OnUnhandledFailure));
        }

        if (policy is < UnhandledFailure.Log or > UnhandledFailure.FailFast)
        {
            throw new ArgumentOutOfRangeException(nameof(OnUnhandledFailure), policy, "OnUnhandledFailure must be one of UnhandledFailure's values.");
        }

        _failures = new FailurePolicy(policy);
        return this;
    }

    /// <summary>
    /// Called with each failure that nobody observes, and the task that it is of; with a <see cref="TimeoutException"/>
    /// also for each task that still runs two cleanup graces after it was cancelled.
    /// </summary>
    /// <param name="report">Called on a worker, or on a thread of its own; it must not throw or block.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder OnUnhandledFailure(Action<Exception, FailedTask> report)
    {
        ArgumentNullException.ThrowIfNull(report, nameof(OnUnhandledFailure));
        _failures = new FailurePolicy(report);
        return this;
    }

    /// <inheritdoc cref="OnUnhandledFailure(Action{Exception, FailedTask})"/>
    [OverloadResolutionPriority(1)] // A null is this one's.
    public RuntimeBuilder OnUnhandledFailure(Action<Exception> report)
    {
        ArgumentNullException.ThrowIfNull(report, nameof(OnUnhandledFailure));
        return OnUnhandledFailure((failure, _) => report(failure));
    }

    /// <summary>Notes the failures of tasks that have handles, until somebody asks: for tests.</summary>
    /// <param name="ledger">Where.</param>
    /// <returns>This builder.</returns>
    internal RuntimeBuilder NoteFailures(FailureLedger ledger)
    {
        _ledger = ledger;
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
        if (grace < TimeSpan.Zero || grace > KnobBounds.LongestGrace)
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
    /// and timers go on on another thread, and the task is reported. Default: 50 ms. On current-thread and per-core
    /// runtimes, whose tasks nobody else may run, it is only reported.
    /// </summary>
    /// <remarks>
    /// A task that blocks its thread, or computes for long, delays others by no more than this and a few milliseconds.
    /// It goes on where it is; only what it wakes and spawns takes another way. It costs a thread, which waits in reserve
    /// when the poll has ended. Pauses of the garbage collector don't count, nor does anything on a paused clock.
    /// </remarks>
    /// <param name="threshold">10 ms or more; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> turns it off.</param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder StuckThreshold(TimeSpan threshold)
    {
        if (threshold < KnobBounds.ShortestStuckThreshold && threshold != System.Threading.Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(
                nameof(StuckThreshold), threshold, "StuckThreshold must be 10 ms or more, or infinite to turn it off.");
        }

        _stuckThreshold = threshold;
        return this;
    }

    /// <summary>
    /// Called for each task that is stuck, see <see cref="StuckThreshold"/>. Default: a warning in the process's trace
    /// listeners, on the standard error stream when there are none but the debugger's; one a second at most, and none of
    /// polls that were mostly compilation, as first calls are.
    /// </summary>
    /// <remarks>Not together with a <see cref="StuckThreshold"/> that is off.</remarks>
    /// <param name="report">
    /// Called on the watchdog's thread; while it blocks, nobody watches. A current-thread or per-core runtime's, and one of
    /// a local set on a thread that is no worker, is called on the one thread that watches all such threads of the
    /// process; of one runtime there is one call at a time. What it throws goes to <c>OnUnhandledFailure</c>.
    /// </param>
    /// <returns>This builder.</returns>
    public RuntimeBuilder OnStuckTask(Action<StuckTaskReport> report)
    {
        ArgumentNullException.ThrowIfNull(report, nameof(OnStuckTask));
        _onStuckTask = report;
        return this;
    }

    /// <summary>Told of stuck tasks where nobody has said who is to be: nobody's knob, it contradicts nothing.</summary>
    /// <param name="report">As that of <see cref="OnStuckTask"/>.</param>
    internal void OnStuckTaskOfHost(Action<StuckTaskReport> report) => _onStuckTaskOfHost = report;

    /// <summary>
    /// Whether a worker that was woken by I/O or a timer first wakes another one to wait for further events. Default:
    /// false. As Tokio's <c>enable_eager_driver_handoff</c>.
    /// </summary>
    /// <remarks>
    /// Without it events wait while a worker polls a task that they have woken, for 10 ms at most: then the watchdog sees
    /// to them. With it they don't, at the price of a wake-up for each event that finds the runtime idle. A current-thread
    /// or per-core runtime has nobody else to wake.
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
    /// <exception cref="InvalidOperationException">
    /// Two knobs contradict each other, as a MaxThreads that leaves no thread for the blocking pool does the number of
    /// workers; the message names both. Or KIOTO_WORKER_THREADS is no number from 1 to 1024.
    /// </exception>
    public Runtime Build()
    {
        RuntimeOptions options = Options(_flavor);
        RuntimeScheduler scheduler = _flavor switch
        {
            RuntimeFlavor.MultiThread => new MultiThreadScheduler(options),
            RuntimeFlavor.PerCore => new PerCoreScheduler(options),
            _ => new CurrentThreadScheduler(options),
        };
        LiveRuntimes.Add(scheduler);
        Runtime runtime = new(scheduler);
        if (_startPaused)
        {
            runtime.Clock.Pause();
        }

        return runtime;
    }

    /// <summary>
    /// Makes a current-thread runtime that belongs to the calling thread: what its tasks share needs no locks. As
    /// Tokio's <c>build_local</c>.
    /// </summary>
    /// <returns>The runtime. Dispose it on this thread.</returns>
    /// <exception cref="InvalidOperationException">
    /// The builder is not from <see cref="Runtime.CreateCurrentThreadBuilder"/>, or two knobs contradict each other.
    /// </exception>
    public LocalRuntime BuildLocal()
    {
        if (_flavor != RuntimeFlavor.CurrentThread)
        {
            throw new InvalidOperationException(
                $"BuildLocal: a LocalRuntime has no workers, but the builder is from {Factory}. " +
                "Use Runtime.CreateCurrentThreadBuilder().");
        }

        RuntimeOptions options = Options(RuntimeFlavor.Local);
        CurrentThreadScheduler scheduler = new(options, Ambient.Current);
        LiveRuntimes.Add(scheduler);
        LocalRuntime runtime = new(scheduler);
        if (_startPaused)
        {
            runtime.Clock.Pause();
        }

        return runtime;
    }

    private RuntimeOptions Options(RuntimeFlavor flavor)
    {
        bool hasWorkers = flavor is RuntimeFlavor.MultiThread or RuntimeFlavor.PerCore;
        ThrowIfContradictory(hasWorkers);
        int workers = hasWorkers ? _workerThreads ?? DefaultWorkers() : 1;
        return new RuntimeOptions
        {
            Flavor = flavor,
            Name = _name,
            WorkerThreads = workers,
            MaxBlockingThreads = BlockingThreads(workers),
            MaxBlockingQueue = _maxBlockingQueue,
            BlockingPools = _blockingPools,
            ThreadKeepAlive = _keepAlive,
            ThreadName = _threadName ?? "kioto-worker",
            ThreadNameFn = _threadNameFn,
            ThreadStackSize = _threadStackSize,
            OnThreadStart = _onThreadStart,
            OnThreadStop = _onThreadStop,
            OnThreadPark = _onThreadPark,
            OnThreadUnpark = _onThreadUnpark,
            OnTaskSpawn = _onTaskSpawn,
            OnTaskTerminate = _onTaskTerminate,
            OnBeforeTaskPoll = _onBeforeTaskPoll,
            OnAfterTaskPoll = _onAfterTaskPoll,
            EventInterval = _eventInterval ?? DefaultEventInterval,
            GlobalQueueInterval = _globalQueueInterval ?? DefaultGlobalQueueInterval(flavor),
            LifoSlot = !_disableLifoSlot,
            Budget = _budget ?? Ambient.PollBudget,
            TimeSliceNanos = SliceOf(flavor),
            BackgroundInterval = _backgroundInterval ?? DefaultBackgroundInterval,
            BackgroundMaxWaitNanos = Nanos(_backgroundMaxWait),
            RngSeed = _rngSeed,
            MaxIoEventsPerTick = _maxIoEventsPerTick ?? DefaultMaxIoEvents,
            WorkerCpus = WorkerCpus(workers),
            BlockingCpus = _blockingAffinity is null ? null : Usable(_blockingAffinity, "BlockingAffinity"),
            Failures = _failures,
            Ledger = _ledger,
            CleanupGrace = _cleanupGrace,
            FlowsContext = _flowsContext,
            StuckThreshold = _stuckThreshold,
            OnStuckTask = _onStuckTask ?? _onStuckTaskOfHost,
            EagerDriverHandoff = _eagerDriverHandoff,
            PollTimes = _pollTimes,
            Latencies = _latencies,
            TaskMetrics = _taskMetrics,
        };
    }

    private void ThrowIfContradictory(bool hasWorkers)
    {
        if (_startPaused && hasWorkers)
        {
            throw new InvalidOperationException(
                $"StartPaused: the clock of a runtime with workers ({Factory}) can't be paused. " +
                "Use Runtime.CreateCurrentThreadBuilder(), or no StartPaused().");
        }

        if (_threadName is not null && _threadNameFn is not null)
        {
            throw new InvalidOperationException("Set ThreadName (one name) or ThreadNameFn (a name for each thread), not both.");
        }

        if (_onStuckTask is not null && _stuckThreshold == System.Threading.Timeout.InfiniteTimeSpan)
        {
            throw new InvalidOperationException(
                "OnStuckTask would never be called: StuckThreshold is infinite, and so nothing is found stuck. " +
                "Set a StuckThreshold, or no OnStuckTask.");
        }

        if (_pinWorkers && _workerAffinity is not null)
        {
            throw new InvalidOperationException(
                "Set PinWorkers (a processor for each worker) or WorkerAffinity (a set for each worker), not both.");
        }

        if (!hasWorkers && (_pinWorkers || _workerAffinity is not null))
        {
            throw new InvalidOperationException(
                $"{(_pinWorkers ? "PinWorkers" : "WorkerAffinity")}: a runtime of {Factory} has no worker threads: it " +
                "runs on the caller's thread, which is yours to place. Use Runtime.CreateBuilder() or " +
                "CreatePerCoreBuilder().");
        }
    }

    private string Factory => _flavor switch
    {
        RuntimeFlavor.MultiThread => "Runtime.CreateBuilder()",
        RuntimeFlavor.PerCore => "Runtime.CreatePerCoreBuilder()",
        _ => "Runtime.CreateCurrentThreadBuilder()",
    };

    private static int DefaultWorkers()
    {
        string? text = Environment.GetEnvironmentVariable(WorkersVariable);
        if (string.IsNullOrEmpty(text))
        {
            return int.Min(Environment.ProcessorCount, KnobBounds.MostWorkers);
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= KnobBounds.MostWorkers
            ? count
            : throw new InvalidOperationException(
                $"The environment variable {WorkersVariable} is '{text}': it must be a number from 1 to {KnobBounds.MostWorkers}. " +
                "Mend it, or call WorkerThreads(n).");
    }

    private static void ThrowIfNoName(string? name, string knob)
    {
        ArgumentNullException.ThrowIfNull(name, knob);
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new ArgumentException($"{knob} needs a name that is not empty.", knob);
        }
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

        return total > workers ? total - workers : throw NoneLeft(total, workers);
    }

    private InvalidOperationException NoneLeft(int total, int workers)
    {
        string who = _flavor == RuntimeFlavor.CurrentThread ? "thread that runs the tasks, as one worker,"
            : _workerThreads is not null ? $"{workers} of WorkerThreads({workers})"
            : string.IsNullOrEmpty(Environment.GetEnvironmentVariable(WorkersVariable))
                ? $"{workers} workers, of which there is one a processor where WorkerThreads says nothing,"
                : $"{workers} workers of the environment variable {WorkersVariable}";
        string fewer = _flavor == RuntimeFlavor.CurrentThread ? "" : ", or call WorkerThreads(n) with less";
        return new InvalidOperationException(
            $"MaxThreads({total}) counts the {who} too, and must leave at least one thread for the blocking pool. " +
            $"Make it {workers + 1} or more{fewer}. MaxBlockingThreads counts the pool alone.");
    }
}
