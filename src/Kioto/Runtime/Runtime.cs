using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>Workers, a blocking pool, timers and I/O of its own: a scheduler that a program can instantiate.</summary>
/// <remarks>
/// <para>As Tokio's <c>Runtime</c>. All its threads are background threads: the process can always exit.</para>
/// <para>Dispose it. Its threads and tasks do not end by themselves when nothing refers to it any more, as .NET can't
/// tell whether somebody still counts on them: then the process's trace listeners are told, or the error stream.</para>
/// </remarks>
public sealed partial class Runtime : IDisposable
{
    private readonly RuntimeScheduler _scheduler;
    private readonly RuntimeOwner _owner;

    internal Runtime(RuntimeScheduler scheduler)
        : this(scheduler, new RuntimeOwner(scheduler))
    {
    }

    internal Runtime(RuntimeScheduler scheduler, RuntimeOwner owner)
    {
        _scheduler = scheduler;
        _owner = owner;
    }

    /// <summary>Refers to this runtime without keeping it alive.</summary>
    public RuntimeHandle Handle => _scheduler.Handle;

    /// <inheritdoc cref="RuntimeHandle.Clock"/>
    public RuntimeClock Clock => Handle.Clock;

    /// <inheritdoc cref="RuntimeHandle.TimeProvider"/>
    public TimeProvider TimeProvider => Handle.TimeProvider;

    /// <summary>The runtime's figures: a view, which allocates nothing. As Tokio's <c>metrics</c>.</summary>
    /// <remarks>
    /// The first look makes workers read the clock when they go to sleep and wake up: how long they are busy is counted
    /// from then on. Everything else is counted from the beginning.
    /// </remarks>
    public RuntimeMetrics Metrics => Handle.Metrics;

    /// <inheritdoc cref="RuntimeHandle.BlockingPools"/>
    public IReadOnlyList<BlockingPool> BlockingPools => Handle.BlockingPools;

    /// <summary>Sets up a runtime whose workers steal work from one another.</summary>
    /// <returns>The builder.</returns>
    public static RuntimeBuilder CreateBuilder() => new(RuntimeFlavor.MultiThread);

    /// <summary>Sets up a runtime without threads of its own: it runs on the thread that calls BlockOn.</summary>
    /// <returns>The builder.</returns>
    public static RuntimeBuilder CreateCurrentThreadBuilder() => new(RuntimeFlavor.CurrentThread);

    /// <summary>
    /// Sets up a runtime whose workers share nothing: each has its own queue, timers and I/O driver, and keeps the tasks
    /// that were spawned on it. Nothing is stolen.
    /// </summary>
    /// <remarks>
    /// <c>Kio.Spawn</c> on a worker stays there, <see cref="SpawnOn(int, Func{Future}, string, int)"/> chooses one, and spawning from
    /// elsewhere gives each task to the next worker in turn. Tasks of one worker may share data without locks. A task
    /// that computes for long delays its worker's other tasks, whatever the others do.
    /// </remarks>
    /// <returns>The builder.</returns>
    public static RuntimeBuilder CreatePerCoreBuilder() => new(RuntimeFlavor.PerCore);

    /// <summary>Runs a whole program: makes a multi-thread runtime, runs the future on it, and shuts it down.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="main">The program.</param>
    /// <returns>What the program returned; what it throws is thrown here, when the runtime has been shut down.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="main"/> is null.</exception>
    /// <exception cref="InvalidOperationException">This thread is already polling futures.</exception>
    [OverloadResolutionPriority(1)]
    public static T Run<T>(Func<Future<T>> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        using Runtime runtime = CreateBuilder().Build();
        return runtime.BlockOn(main);
    }

    /// <inheritdoc cref="Run{T}(Func{Future{T}})"/>
    [OverloadResolutionPriority(1)]
    public static void Run(Func<Future> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        using Runtime runtime = CreateBuilder().Build();
        runtime.BlockOn(main);
    }

    /// <inheritdoc cref="Run{T}(Func{Future{T}})"/>
    public static T Run<T>(Func<Task<T>> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        using Runtime runtime = CreateBuilder().Build();
        return runtime.BlockOn(main);
    }

    /// <inheritdoc cref="Run{T}(Func{Future{T}})"/>
    public static void Run(Func<Task> main)
    {
        ArgumentNullException.ThrowIfNull(main);
        using Runtime runtime = CreateBuilder().Build();
        runtime.BlockOn(main);
    }

    /// <inheritdoc cref="RuntimeHandle.BlockOn{T}(Future{T})"/>
    public T BlockOn<T>(Future<T> future) => Handle.BlockOn(future);

    /// <inheritdoc cref="RuntimeHandle.BlockOn{T}(Future{T})"/>
    public void BlockOn(Future future) => Handle.BlockOn(future);

    /// <inheritdoc cref="RuntimeHandle.BlockOn{T}(Future{T})"/>
    [OverloadResolutionPriority(1)]
    public T BlockOn<T>(Func<Future<T>> future) => Handle.BlockOn(future);

    /// <inheritdoc cref="RuntimeHandle.BlockOn{T}(Future{T})"/>
    [OverloadResolutionPriority(1)]
    public void BlockOn(Func<Future> future) => Handle.BlockOn(future);

    /// <inheritdoc cref="RuntimeHandle.BlockOn{T}(Func{Task{T}})"/>
    public T BlockOn<T>(Func<Task<T>> task) => Handle.BlockOn(task);

    /// <inheritdoc cref="RuntimeHandle.BlockOn{T}(Func{Task{T}})"/>
    public void BlockOn(Func<Task> task) => Handle.BlockOn(task);

    /// <inheritdoc cref="RuntimeHandle.Spawn{T}(Func{Future{T}}, string, int)"/>
    [OverloadResolutionPriority(1)]
    public JoinHandle<T> Spawn<T>(
        Func<Future<T>> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.Spawn(future, file, line);

    /// <inheritdoc cref="RuntimeHandle.Spawn{T}(Func{Future{T}}, string, int)"/>
    [OverloadResolutionPriority(1)]
    public JoinHandle Spawn(
        Func<Future> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.Spawn(future, file, line);

    /// <inheritdoc cref="RuntimeHandle.Spawn{T}(Future{T}, string, int)"/>
    public JoinHandle<T> Spawn<T>(
        Future<T> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.Spawn(future, file, line);

    /// <inheritdoc cref="RuntimeHandle.Spawn{T}(Future{T}, string, int)"/>
    public JoinHandle Spawn(
        Future future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.Spawn(future, file, line);

    /// <inheritdoc cref="RuntimeHandle.Spawn{T}(Func{Task{T}}, string, int)"/>
    public JoinHandle<T> Spawn<T>(
        Func<Task<T>> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.Spawn(task, file, line);

    /// <inheritdoc cref="RuntimeHandle.Spawn{T}(Func{Task{T}}, string, int)"/>
    public JoinHandle Spawn(
        Func<Task> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.Spawn(task, file, line);

    /// <inheritdoc cref="RuntimeHandle.SpawnOn{T}(int, Func{Future{T}}, string, int)"/>
    [OverloadResolutionPriority(1)]
    public JoinHandle<T> SpawnOn<T>(
        int worker, Func<Future<T>> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.SpawnOn(worker, future, file, line);

    /// <inheritdoc cref="RuntimeHandle.SpawnOn{T}(int, Func{Future{T}}, string, int)"/>
    [OverloadResolutionPriority(1)]
    public JoinHandle SpawnOn(
        int worker, Func<Future> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.SpawnOn(worker, future, file, line);

    /// <inheritdoc cref="RuntimeHandle.SpawnOn{T}(int, Func{Future{T}}, string, int)"/>
    public JoinHandle<T> SpawnOn<T>(
        int worker, Future<T> future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.SpawnOn(worker, future, file, line);

    /// <inheritdoc cref="RuntimeHandle.SpawnOn{T}(int, Func{Future{T}}, string, int)"/>
    public JoinHandle SpawnOn(
        int worker, Future future, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.SpawnOn(worker, future, file, line);

    /// <inheritdoc cref="RuntimeHandle.SpawnOn{T}(int, Func{Task{T}}, string, int)"/>
    public JoinHandle<T> SpawnOn<T>(
        int worker, Func<Task<T>> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.SpawnOn(worker, task, file, line);

    /// <inheritdoc cref="RuntimeHandle.SpawnOn{T}(int, Func{Task{T}}, string, int)"/>
    public JoinHandle SpawnOn(
        int worker, Func<Task> task, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.SpawnOn(worker, task, file, line);

    /// <inheritdoc cref="RuntimeHandle.SpawnBlocking{T}(Func{T}, string, int)"/>
    public JoinHandle<T> SpawnBlocking<T>(
        Func<T> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.SpawnBlocking(closure, file, line);

    /// <inheritdoc cref="RuntimeHandle.SpawnBlocking{T}(Func{T}, string, int)"/>
    public JoinHandle SpawnBlocking(
        Action closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.SpawnBlocking(closure, file, line);

    /// <summary>Runs a closure that blocks or computes for long on the blocking pool, and can be told to stop.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="closure">
    /// The closure. Its token is cancelled by <c>Abort</c> of the handle and by the runtime's shutdown. When it ends by
    /// throwing an <see cref="OperationCanceledException"/> after that, its handle says aborted.
    /// </param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The closure's handle.</returns>
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token, as before there was one.
    public JoinHandle<T> SpawnBlocking<T>(
        Func<CancellationToken, T> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.SpawnBlocking(closure, file, line);

    /// <inheritdoc cref="SpawnBlocking{T}(Func{CancellationToken, T}, string, int)"/>
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token, as before there was one.
    public JoinHandle SpawnBlocking(
        Action<CancellationToken> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.SpawnBlocking(closure, file, line);

    /// <inheritdoc cref="RuntimeHandle.SpawnBlockingAsync{T}(Func{T}, string, int)"/>
    [LosesPlace]
    public Future<JoinHandle<T>> SpawnBlockingAsync<T>(
        Func<T> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.SpawnBlockingAsync(closure, file, line);

    /// <inheritdoc cref="RuntimeHandle.SpawnBlockingAsync{T}(Func{T}, string, int)"/>
    [LosesPlace]
    public Future<JoinHandle> SpawnBlockingAsync(
        Action closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.SpawnBlockingAsync(closure, file, line);

    /// <inheritdoc cref="RuntimeHandle.SpawnBlockingAsync{T}(Func{CancellationToken, T}, string, int)"/>
    [LosesPlace]
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token.
    public Future<JoinHandle<T>> SpawnBlockingAsync<T>(
        Func<CancellationToken, T> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.SpawnBlockingAsync(closure, file, line);

    /// <inheritdoc cref="RuntimeHandle.SpawnBlockingAsync{T}(Func{CancellationToken, T}, string, int)"/>
    [LosesPlace]
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token.
    public Future<JoinHandle> SpawnBlockingAsync(
        Action<CancellationToken> closure, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Handle.SpawnBlockingAsync(closure, file, line);

    /// <inheritdoc cref="RuntimeHandle.SpawnBlocking{TTask}(Func{TTask}, object?)"/>
    [Obsolete("SpawnBlockingAsync runs a synchronous closure. Use Spawn for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // As SpawnBlocking's.
    public Future<JoinHandle> SpawnBlockingAsync<TTask>(Func<TTask> closure, object? unused = null)
        where TTask : Task => throw new NotSupportedException();

    /// <inheritdoc cref="RuntimeHandle.SpawnBlocking{TTask}(Func{TTask}, object?)"/>
    [Obsolete("SpawnBlockingAsync runs a synchronous closure. Use Spawn for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // As above.
    public Future<JoinHandle> SpawnBlockingAsync<TTask>(Func<CancellationToken, TTask> closure, object? unused = null)
        where TTask : Task => throw new NotSupportedException();

    /// <inheritdoc cref="RuntimeHandle.BlockingPool"/>
    public BlockingPool BlockingPool(string name) => Handle.BlockingPool(name);

    /// <summary>Not for Tasks: it would block a thread for the delegate only, and run the rest elsewhere.</summary>
    /// <typeparam name="TTask">The type of the Task.</typeparam>
    /// <param name="closure">Use <c>Spawn</c> instead.</param>
    /// <param name="unused">Tells this overload from the others.</param>
    /// <returns>Nothing.</returns>
    [Obsolete("SpawnBlocking runs a synchronous closure. Use Spawn for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // Looked at first, and dropped by its constraint, or when nothing says what TTask is.
    public JoinHandle SpawnBlocking<TTask>(Func<TTask> closure, object? unused = null)
        where TTask : Task => throw new NotSupportedException();

    /// <inheritdoc cref="SpawnBlocking{TTask}(Func{TTask}, object)"/>
    [Obsolete("SpawnBlocking runs a synchronous closure. Use Spawn for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // As above.
    public JoinHandle SpawnBlocking<TTask>(Func<CancellationToken, TTask> closure, object? unused = null)
        where TTask : Task => throw new NotSupportedException();

    /// <inheritdoc cref="RuntimeHandle.AsTaskScheduler"/>
    public TaskScheduler AsTaskScheduler() => Handle.AsTaskScheduler();

    /// <inheritdoc cref="RuntimeHandle.AsSynchronizationContext"/>
    public SynchronizationContext AsSynchronizationContext() => Handle.AsSynchronizationContext();

    /// <inheritdoc cref="RuntimeHandle.Enter"/>
    public EnterGuard Enter() => Handle.Enter();

    /// <summary>Every live task at about this moment: where it is and what it waits for. Costs nothing until it is called.</summary>
    /// <remarks>Works while workers are blocked, polls nothing and stops nobody. Any thread.</remarks>
    /// <returns>The dump: <c>ToString()</c> for people, <c>ToJson()</c> for programs.</returns>
    public RuntimeDump Dump() => Handle.Dump();

    /// <inheritdoc cref="RuntimeHandle.ShutdownToken"/>
    public CancellationToken ShutdownToken => Handle.ShutdownToken;

    /// <summary>
    /// Shuts down in phases: cancels <see cref="ShutdownToken"/>; waits until the tasks and started blocking closures have
    /// ended by themselves, for the grace at most; aborts what is left, refuses what is new, cancels the closures' tokens
    /// and lets cleanup run, for the kill time at most; drops what then still lives.
    /// </summary>
    /// <remarks>
    /// <para>From anywhere, also inside this runtime: the task, or blocking closure, that calls is neither waited for nor
    /// aborted. It gets the report when all others have ended, and then has the kill time once more to end itself; only
    /// then is it dropped. Task-based code is recognised as such up to its first await, and what BlockOn blocks on to its
    /// end; other such code is waited for, so the report comes when the kill time is over.</para>
    /// <para>Nothing waits without bound, unless a time is infinite. Callbacks of the token, and of closures' tokens, run
    /// on a thread of their own; tasks are aborted when they have returned, or their time is over: the grace, and at least
    /// half of the kill time or the cleanup grace, whichever is shorter. One that still runs at the end is in the report.</para>
    /// <para>Nobody has to drive a current-thread runtime meanwhile: if no thread is in BlockOn, one of its own does.</para>
    /// <para>Several calls have one report; a later one with shorter times lets what is under way end sooner.</para>
    /// </remarks>
    /// <param name="grace">How long what runs may end by itself; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> is for ever.</param>
    /// <param name="kill">How long cleanup may take after that.</param>
    /// <returns>The report: what had to be aborted, what was dropped, and which closures still run.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A time is negative.</exception>
    public Task<ShutdownReport> ShutdownAsync(TimeSpan grace, TimeSpan kill)
    {
        Check(grace, nameof(grace));
        Check(kill, nameof(kill));
        _owner.Release();
        return _scheduler.Phases.Begin(grace, kill);
    }

    /// <summary>
    /// Aborts everything and waits until cleanup and started blocking closures have ended, for the timeout at most. As
    /// Tokio's <c>shutdown_timeout</c>. On a thread that polls futures, and in a callback of <see cref="ShutdownToken"/>
    /// or of a closure's token, it does not wait.
    /// </summary>
    /// <param name="timeout">How long it may take.</param>
    /// <returns>The report; where it does not wait, of everything that lives now.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative.</exception>
    public ShutdownReport ShutdownTimeout(TimeSpan timeout)
    {
        Check(timeout, nameof(timeout));
        _owner.Release();
        Ambient ambient = Ambient.Current;
        bool waits = !ambient.Polling && !ReferenceEquals(ambient.Home, _scheduler) && !_scheduler.Phases.IsInCallback;
        ShutdownReport? now = waits ? null : _scheduler.Phases.ReportNow();
        Task<ShutdownReport> report = _scheduler.Phases.Begin(TimeSpan.Zero, timeout);
        Local?.EndHere(_scheduler.Phases.Abort(), waits); // Nobody else may.
        return now ?? report.GetAwaiter().GetResult();
    }

    /// <summary>
    /// Shuts down: refuses new tasks, aborts all others, and waits until their cleanup has ended, at most for the
    /// cleanup grace. What still lives then is dropped, and its handles say aborted. Inside a task, of whatever
    /// runtime, or BlockOn it does not wait, nor in what Task-based code of this runtime started elsewhere, as after
    /// ConfigureAwait(false), nor in a callback of <see cref="ShutdownToken"/> or of a closure's token: it would wait for itself. Started blocking closures run on, their tokens cancelled; queued ones are dropped.
    /// </summary>
    /// <remarks>
    /// Callbacks of tokens have as long as cleanup, which begins when they have returned or that is over; where it does
    /// not wait, a tenth of a second. What is dropped, and what still runs, is written to the process's trace listeners,
    /// or to the error stream; nothing is where all has ended.
    /// </remarks>
    public void Dispose()
    {
        _owner.Release();
        Ambient ambient = Ambient.Current;
        bool waits = !ambient.Polling && !ReferenceEquals(ambient.Home, _scheduler) &&
            !ReferenceEquals((Scheduler.Flowing as RuntimeScheduler)?.Root, _scheduler) && !_scheduler.Phases.IsInCallback;
        if (_scheduler.Phases.HasBegun)
        {
            _ = _scheduler.Phases.Begin(TimeSpan.Zero, _scheduler.Options.CleanupGrace);
            Local?.EndHere(_scheduler.Phases.Abort(), waits: true);
        }
        else
        {
            // Callbacks of tokens have as long as cleanup, which is begun when they have returned.
            long grace = _scheduler.CleanupGraceNanos;
            _scheduler.BeginShutdown(grace, inBackground: false, waits ? RuntimeScheduler.PatienceWithin(grace) : RuntimeScheduler.ShortPatienceNanos);
            Local?.EndHere(grace, waits: true); // If another call has begun, and could not end it.
        }

        if (!waits)
        {
            _scheduler.Phases.WatchEnd();
            return;
        }

        // A task that never yields can't be stopped: its thread is left behind.
        _scheduler.WaitForEnd();
        _scheduler.Phases.TellDropped();
        _scheduler.BlockingPools.WaitForMandatory(_scheduler.Options.CleanupGrace);
    }

    /// <summary>Begins to shut down as <see cref="Dispose"/> does, and does not wait. As Tokio's <c>shutdown_background</c>.</summary>
    /// <remarks>But for callbacks of tokens: a tenth of a second at most. What is dropped is told of as by Dispose.</remarks>
    public void ShutdownBackground()
    {
        _owner.Release();
        long grace = _scheduler.CleanupGraceNanos;
        _scheduler.BeginShutdown(grace, inBackground: true, RuntimeScheduler.ShortPatienceNanos);
        Local?.EndHere(grace, waits: false);
        _scheduler.Phases.WatchEnd();
    }

    // A LocalRuntime that is passed for one of these: only its own thread can end it.
    private CurrentThreadScheduler? Local => _scheduler is CurrentThreadScheduler { IsLocal: true } local ? local : null;

    private static void Check(TimeSpan duration, string name)
    {
        if (duration < TimeSpan.Zero && duration != System.Threading.Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(name, duration, $"{name} must be zero or more, or infinite.");
        }
    }
}
