using System;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>What both kinds of runtime have: drivers, timers, a blocking pool and an end.</summary>
internal abstract class RuntimeScheduler : Scheduler
{
    // How long whoever wants to see every task looks again, how often at least (it may be kept from running all that time),
    // and how long it waits before the second look.
    private const long MostLookNanos = 100_000_000;
    private const int LeastLooks = 12;
    private const long LeastLookNanos = 20_000;

    /// <summary>How long a shutdown waits at least for callbacks of tokens: those that end at once have run when it goes on.</summary>
    internal const long ShortPatienceNanos = 100_000_000;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RuntimeScheduler? _root;
    private readonly TaskHooks? _taskHooks;
    private int _shutdownBegun;

    // INVARIANT: only lowered, and before the runtime is closed.
    private long _killAt = long.MaxValue;

    // INVARIANT: guards who watches the tasks, which changes with the process's listeners.
    private readonly Lock _observing = new();
    // INVARIANT: a hint that spawns write: one that comes out wrong is set right by the next.
    private bool _observesSpans;

    // INVARIANT: counted up atomically.
    private long _unhandledFailures;

    // INVARIANT: written once, before those who block are woken.
    private ExceptionDispatchInfo? _fatal;

    private protected RuntimeScheduler(RuntimeOptions options, int wheels)
        : this(options) =>
        Driver = new SharedDriver(Drivers.Create(options.MaxIoEventsPerTick, this), wheels);

    /// <summary>One worker's part of a runtime of several, which has a driver of its own and shares the rest.</summary>
    /// <param name="options">What the builder was given.</param>
    /// <param name="wheels">How many timer wheels the driver has.</param>
    /// <param name="root">The runtime.</param>
    private protected RuntimeScheduler(RuntimeOptions options, int wheels, RuntimeScheduler root)
    {
        _root = root;
        Options = options;
        PollBudget = options.Budget;
        SliceNanos = options.TimeSliceNanos;
        Observer = root.Observer;
        Counts = root.Counts;
        Stuck = root.Stuck;
        PollTimes = root.PollTimes;
        Latencies = root.Latencies;
        SpawnSites = root.SpawnSites;
        ThreadHooks = root.ThreadHooks;
        Driver = new SharedDriver(Drivers.Create(options.MaxIoEventsPerTick, this), wheels);
        Context = new SchedulerContext(this);
        TaskScheduler = root.TaskScheduler;
        Blocked = root.Blocked;
        Closures = root.Closures;
        Phases = root.Phases;
        BlockingPools = root.BlockingPools;
        Blocking = root.Blocking;
        Handle = root.Handle;
    }

    /// <summary>A runtime whose constructor finds it a driver.</summary>
    /// <param name="options">What the builder was given.</param>
    private protected RuntimeScheduler(RuntimeOptions options)
    {
        Options = options;
        PollBudget = options.Budget;
        SliceNanos = options.TimeSliceNanos;
        Counts = new SchedulerCounts();
        Stuck = new StuckTasks(this, options);
        PollTimes = Histogram(options.PollTimes, options);
        Latencies = Histogram(options.Latencies, options);
        SpawnSites = options.TaskMetrics ? new SpawnSiteTable() : null;
        _taskHooks = TaskHooks.Of(options, this);
        Observer = RuntimeObserver.Of(this, _taskHooks, spans: false);
        ThreadHooks = ThreadHooks.Of(options, this);
        Seeds = options.RngSeed is { } seed ? new Seeds(seed) : null;
        Driver = null!;
        Context = new SchedulerContext(this);
        TaskScheduler = new RuntimeTaskScheduler(this);
        BlockingPools = new BlockingPools(this, options);
        Blocking = BlockingPools.Default;
        Blocked = new BlockOnList();
        Closures = new RunningClosures();
        Phases = new ShutdownPhases(this);
        Handle = new RuntimeHandle(this);
    }

    internal RuntimeOptions Options { get; }

    /// <summary>The whole runtime: where this is one worker's part of it, another object.</summary>
    internal RuntimeScheduler Root => _root ?? this;

    internal SharedDriver Driver { get; private protected init; }

    /// <summary>Told of the threads; null when nobody wants to know.</summary>
    internal ThreadHooks? ThreadHooks { get; }

    /// <summary>Where random choices begin; null for another start each time.</summary>
    internal Seeds? Seeds { get; }

    internal BlockingPools BlockingPools { get; }

    /// <summary>The pool of SpawnBlocking.</summary>
    internal BlockingCrew Blocking { get; }

    internal RuntimeHandle Handle { get; }

    /// <summary>The runtime's name for listeners: that of the builder, made unique among those that live.</summary>
    internal string DisplayName { get; set; } = "";

    /// <summary>The runtime's id for listeners.</summary>
    internal long TraceId => Handle.Id.Number;

    /// <summary>How long polls take; null where it is not kept.</summary>
    internal DurationHistogram? PollTimes { get; }

    /// <summary>How long tasks wait for their polls; null where it is not kept.</summary>
    internal DurationHistogram? Latencies { get; }

    /// <summary>The figures of ended tasks; null where they are not kept.</summary>
    internal SpawnSiteTable? SpawnSites { get; }

    /// <summary>Whether workers read the clock when they sleep and wake, because somebody has asked how long they are busy.</summary>
    internal bool IsTimed => Counts!.IsTimed;

    internal long UnhandledFailureCount => Volatile.Read(ref Root._unhandledFailures); // ORDERING: a figure.

    /// <summary>Who tells of tasks that are stuck.</summary>
    internal StuckTasks Stuck { get; }

    internal long StuckTaskCount => Stuck.Count;

    internal sealed override SynchronizationContext Context { get; }

    internal RuntimeTaskScheduler TaskScheduler { get; }

    internal sealed override ITimerSource Timers => Driver.Timers;

    internal sealed override bool FlowsContext => Options.FlowsContext;

    internal sealed override long CleanupGraceNanos => Options.CleanupGrace.Ticks * 100;

    internal sealed override bool IsTimeReal => !Driver.Timers.Clock.IsPaused;

    /// <summary>The failure that ended this runtime, or null: its policy is to end by the first that nobody observes.</summary>
    internal ExceptionDispatchInfo? Fatal => Volatile.Read(ref Root._fatal); // ORDERING: pairs with FailFor.

    internal BlockOnList Blocked { get; }

    /// <summary>The blocking closures that run.</summary>
    internal RunningClosures Closures { get; }

    internal ShutdownPhases Phases { get; }

    /// <summary>Whether shutting down has gone so far that closures are told to stop.</summary>
    internal bool IsAborting => Volatile.Read(ref Root._shutdownBegun) != 0; // ORDERING: after RunningClosures.Enter's fence; pairs with BeginShutdown.

    /// <summary>Whether no thread of it polls tasks any more.</summary>
    internal bool HasEnded => Root._ended.Task.IsCompleted;

    internal sealed override void ReportUnhandled(Exception failure) => ReportFailure(failure, default, null);

    internal sealed override void ReportFailure(Exception failure, FailedTask task, FailurePolicy? policy)
    {
        policy ??= Options.Failures;
        Interlocked.Increment(ref Root._unhandledFailures); // ORDERING: a figure.
        if ((KiotoEventSource.Kinds & EventKinds.Problems) != 0)
        {
            SpawnSite site = task.SpawnSite;
            KiotoEventSource.Log.FailureUnobserved(
                Root.TraceId, FailureReporter.InWords(failure), task.Id is { } id ? (long)id.Value : 0, site.Name ?? "", site.File ?? "", site.Line);
        }

        FailureReporter.Report(failure, task, policy);
        if (policy.Kind == UnhandledFailure.ShutdownRuntime)
        {
            Root.FailFor(failure);
        }
    }

    internal sealed override FailureLedger? Ledger => Options.Ledger;

    internal sealed override void ReportOverdue(TimeoutException report, FailedTask task)
    {
        FailurePolicy policy = Options.Failures;
        FailureReporter.Report(
            report, task, policy.Kind is UnhandledFailure.Callback or UnhandledFailure.Ignore ? policy : FailurePolicy.Default);
    }

    /// <summary>A closure is about to be queued: while any is, a paused clock does not move by itself.</summary>
    internal void BeginBlocking()
    {
        if (!Options.HasWorkerThreads)
        {
            Driver.Timers.Clock.BeginBlocking();
        }
    }

    /// <summary>A closure has ended or was refused, and who waited for it has been woken.</summary>
    internal void EndBlocking()
    {
        if (!Options.HasWorkerThreads && Driver.Timers.Clock.EndBlocking())
        {
            Driver.Driver.Unpark();
        }
    }

    /// <summary>Whether a thread runs this runtime's tasks now.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>True on a worker, and for a current-thread runtime on the thread that drives it.</returns>
    internal abstract bool IsWorker(Ambient ambient);

    /// <summary>The part of the runtime where a worker's tasks live that stay on it. Precondition: the index is in range.</summary>
    /// <param name="worker">The worker's index.</param>
    /// <returns>The worker's scheduler.</returns>
    /// <exception cref="InvalidOperationException">The runtime's tasks move between its workers.</exception>
    internal virtual RuntimeScheduler WorkerScheduler(int worker) => throw new InvalidOperationException(
        "SpawnOn: the tasks of a multi-thread runtime move between its workers. Build the runtime with " +
        "Runtime.CreatePerCoreBuilder(), whose workers keep their tasks.");

    /// <summary>The part of the runtime whose timers a thread uses: where workers share nothing, its own if it is one.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>The scheduler.</returns>
    internal virtual RuntimeScheduler PartFor(Ambient ambient) => this;

    /// <summary>Which of this runtime's workers the thread is.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>The worker's index; -1 if it is none.</returns>
    internal abstract int WorkerIndex(Ambient ambient);

    /// <summary>
    /// The tasks alive at some moment during the call, but for those that a thread has just taken from a queue or is about
    /// to put into one: see <see cref="AllLiveTasks"/>. Any thread.
    /// </summary>
    /// <returns>The tasks.</returns>
    internal abstract List<TaskHeader> LiveTasks();

    /// <summary>How many spawned tasks have not ended. Any thread: never fewer than there are.</summary>
    internal long LiveCount
    {
        get
        {
            ThreadCounts.Values counts = Counts!.Sum();
            return long.Max(0, counts.Spawned - counts.Ended);
        }
    }

    /// <summary>The tasks alive at some moment during the call: all of them, unless they come and go too fast to be counted.</summary>
    /// <remarks>
    /// Between a queue and its poll a task is nowhere to be seen, for an instant, or for as long as its thread is kept from
    /// running. So it is counted: none is missing if as many are found that live, after they were counted, as were
    /// counted. (A task that lives then and was found before lived when it was counted; and the count is not too low.)
    /// </remarks>
    /// <returns>The tasks.</returns>
    internal List<TaskHeader> AllLiveTasks()
    {
        long end = Clock.Now + MostLookNanos;
        ThreadParker? parker = null;
        long wait = LeastLookNanos;
        for (int looks = 1; ; looks++)
        {
            List<TaskHeader> tasks = LiveTasks();
            long count = LiveCount;
            tasks.RemoveAll(static task => task.Status.IsComplete);
            if (tasks.FindAll(static task => task.IsSpawned).Count >= count || (looks >= LeastLooks && Clock.Now > end))
            {
                return tasks;
            }

            (parker ??= new ThreadParker()).Park(wait);
            wait = long.Min(2 * wait, MostLookNanos / 4);
        }
    }

    /// <summary>Whether no worker could be about to run something, at some moment.</summary>
    internal abstract bool AllWorkersSleep { get; }

    /// <summary>The figures of a worker at this moment. Any thread.</summary>
    /// <param name="index">Its index, in range.</param>
    /// <returns>The figures.</returns>
    internal abstract WorkerMetrics ReadWorker(int index);

    /// <summary>How many tasks wait in the queue for all workers, or in those for tasks of other threads.</summary>
    /// <returns>The number at this moment.</returns>
    internal abstract long SharedQueueDepth();

    /// <summary>How many tasks of the background class wait, in the queue for all workers or in one for each.</summary>
    /// <returns>The number at this moment.</returns>
    internal abstract long BackgroundQueueDepth();

    /// <summary>What its drivers have counted.</summary>
    /// <returns>The figures of all together.</returns>
    internal virtual IoCounts ReadIo() => Driver.Driver.Counts;

    /// <summary>Listeners have come or gone: looks anew who wants to know of its tasks. On the whole runtime.</summary>
    internal void RefreshObserver()
    {
        using (_observing.EnterScope())
        {
            SetObserver(RuntimeObserver.Of(this, _taskHooks, _observesSpans));
        }
    }

    /// <summary>A spawn has found that nobody listens to spans any more. On the whole runtime.</summary>
    internal void ForgetSpans()
    {
        _observesSpans = false;
        RefreshObserver();
    }

    /// <summary>Has the tasks watched by the given observer.</summary>
    /// <param name="observer">The observer, or null.</param>
    internal void Observe(TaskObserver? observer) => Observer = observer;

    private protected virtual void SetObserver(TaskObserver? observer) => Observer = observer;

    // Nobody says when a listener to spans comes: spawns look, and from the first on the runtime watches.
    private TaskObserver? ObserveSpans()
    {
        _observesSpans = true;
        RefreshObserver();
        return Observer;
    }

    private static DurationHistogram? Histogram(HistogramConfiguration? buckets, RuntimeOptions options) =>
        buckets is null ? null : new DurationHistogram(buckets, options.WorkerThreads);

    /// <summary>Drives the strand on the calling thread until its root has completed.</summary>
    /// <param name="strand">A strand that has not begun.</param>
    internal abstract void BlockOn(BlockOnStrand strand);

    /// <summary>Queues a new task; a runtime that is closed completes it as aborted instead.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="cell">The task.</param>
    /// <param name="ambient">The current thread's context.</param>
    internal void Spawn<T>(TaskCell<T> cell, Ambient ambient)
    {
        cell.Scheduler = this;
        Counts!.Spawned(ambient);
        TaskObserver? observer = Observer;
        if (observer is null && TaskActivities.Source.HasListeners())
        {
            observer = Root.ObserveSpans();
        }

        observer?.Spawned(cell);
        if (!TrySpawn(cell, ambient))
        {
            cell.Refuse();
        }
    }

    /// <summary>How long callbacks of tokens are waited for where there is time.</summary>
    /// <param name="nanos">The time that there is.</param>
    /// <returns>That time, and the least.</returns>
    internal static long PatienceWithin(long nanos) => long.Max(nanos, ShortPatienceNanos);

    /// <summary>Begins to abort everything, once: later calls do nothing.</summary>
    /// <param name="graceNanos">How long tasks may clean up.</param>
    /// <param name="inBackground">Whether the calling thread is not to clean up itself.</param>
    /// <param name="patienceNanos">How long callbacks of tokens are waited for before that begins.</param>
    internal void BeginShutdown(long graceNanos, bool inBackground, long patienceNanos)
    {
        if (Interlocked.Exchange(ref _shutdownBegun, 1) != 0) // ORDERING: once only; full fence, pairs with IsAborting.
        {
            return;
        }

        Phases.NoteBegin();
        long until = Clock.Now + patienceNanos;
        Phases.Signal(until);
        BlockingPools.Close();
        Phases.AbortClosures(until);
        ClosesInBackground = inBackground;
        Close(graceNanos);
    }

    /// <summary>What still lives at some moment is dropped, if that is sooner than it would have been. Once it is aborted.</summary>
    /// <param name="at">The moment.</param>
    internal virtual void KillBy(long at)
    {
        long now = KillAt;
        while (at < now && Interlocked.CompareExchange(ref _killAt, at, now) is var seen && seen != now) // ORDERING: read again every turn.
        {
            now = seen;
        }
    }

    /// <summary>Whether whoever closes the runtime is not to clean up on his own thread. Written before Close, by its caller.</summary>
    private protected bool ClosesInBackground { get; private set; }

    /// <summary>Tasks that wait for the shutdown themselves: they are not aborted.</summary>
    private protected TaskHeader[] Exempt => Phases.Callers;

    /// <summary>When what still lives is dropped.</summary>
    private protected long KillAt => Volatile.Read(ref _killAt); // ORDERING: seen late, it is dropped late; Close writes it before its flag.

    /// <summary>What still lives is about to be dropped.</summary>
    private protected void BeforeKill() => Phases.BeforeKill();

    // Those who block either are on the list, or look at the failure after they have put themselves there.
    private void FailFor(Exception failure)
    {
        if (Interlocked.CompareExchange(ref _fatal, ExceptionDispatchInfo.Capture(failure), null) is not null)
        {
            return; // The first one ends the runtime.
        }

        BeginShutdown(CleanupGraceNanos, inBackground: true, ShortPatienceNanos);
        Phases.WatchEnd();
        foreach (BlockOnStrand strand in Blocked.Snapshot())
        {
            strand.Wake();
        }
    }

    /// <summary>Waits until the workers have ended, for as long as cleanup may take and a little more.</summary>
    /// <returns>Whether they have.</returns>
    internal bool WaitForEnd() => _ended.Task.Wait(Options.CleanupGrace + TimeSpan.FromSeconds(1));

    /// <summary>Refuses new tasks, and has those that live aborted, and killed after the grace.</summary>
    /// <param name="graceNanos">The grace.</param>
    private protected abstract void Close(long graceNanos);

    /// <summary>No task runs any more: whoever still waits for the driver, in BlockOn or on another runtime, fails.</summary>
    private protected void CloseDriver()
    {
        Driver.Timers.Close();
        Driver.Driver.Close();
    }

    /// <summary>Lets those go on who wait for the end.</summary>
    private protected void SetEnded()
    {
        Counts!.End();
        LiveRuntimes.Remove(this);
        _ended.SetResult();
    }
}
