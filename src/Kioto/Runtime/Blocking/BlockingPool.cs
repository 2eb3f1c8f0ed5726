using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Kioto.Sync;

namespace Kioto;

/// <summary>One of a runtime's pools of threads for closures that block or compute.</summary>
/// <remarks>
/// <para>A runtime has "io", which is that of <c>SpawnBlocking</c> and has many threads, "cpu", which has as many threads
/// as there are processors, and those made with <see cref="RuntimeBuilder.BlockingPool"/>. Threads are started on demand,
/// end when they have been idle for <see cref="RuntimeBuilder.ThreadKeepAlive"/>, and are named after runtime and pool.</para>
/// <para>Closures start in the order in which they were spawned. When the runtime shuts down, those that have started run
/// to their end, their tokens cancelled, and the others are dropped: their handles say aborted, as do those of closures
/// spawned later.</para>
/// </remarks>
public sealed class BlockingPool
{
    private readonly RuntimeScheduler _scheduler;

    internal BlockingPool(RuntimeScheduler scheduler, BlockingCrew crew)
    {
        _scheduler = scheduler;
        Crew = crew;
    }

    /// <summary>The pool's name.</summary>
    public string Name => Crew.Options.Name;

    /// <summary>The most threads it may have.</summary>
    public int MaxThreads => Crew.Options.Threads;

    /// <summary>How many closures may wait while all threads are busy; null when there is no bound.</summary>
    public int? QueueCapacity => Crew.Options.Queue;

    /// <summary>How many threads, how many closures, how long they waited. Any thread, also after the runtime's end.</summary>
    public BlockingPoolMetrics Metrics => Crew.Metrics();

    internal BlockingCrew Crew { get; }

    /// <summary>Runs a closure on the pool.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="closure">The closure. Once started it can't be aborted; before, <c>Abort</c> takes it out of the queue.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The closure's handle; aborted if the runtime has been shut down.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="BlockingQueueFullException">
    /// The pool is bounded and full: await <see cref="SpawnAsync{T}(Func{T}, string, string, int)"/>.
    /// </exception>
    public JoinHandle<T> Spawn<T>(
        Func<T> closure, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.SpawnBlocking<T>(_scheduler, Crew, closure, SpawnSite.Named(name, file, line)));

    /// <inheritdoc cref="Spawn{T}(Func{T}, string, string, int)"/>
    public JoinHandle Spawn(
        Action closure, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.SpawnBlocking<Unit>(_scheduler, Crew, closure, SpawnSite.Named(name, file, line)));

    /// <summary>Runs a closure on the pool that can be told to stop.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="closure">
    /// The closure. Its token is cancelled by <c>Abort</c> of the handle and by the runtime's shutdown. When it ends by
    /// throwing an <see cref="OperationCanceledException"/> after that, its handle says aborted.
    /// </param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The closure's handle; aborted if the runtime has been shut down.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="BlockingQueueFullException">
    /// The pool is bounded and full: await <see cref="SpawnAsync{T}(Func{CancellationToken, T}, string, string, int)"/>.
    /// </exception>
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token.
    public JoinHandle<T> Spawn<T>(
        Func<CancellationToken, T> closure, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.SpawnBlocking<T>(_scheduler, Crew, closure, SpawnSite.Named(name, file, line), TaskBody.TokenClosure));

    /// <inheritdoc cref="Spawn{T}(Func{CancellationToken, T}, string, string, int)"/>
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token.
    public JoinHandle Spawn(
        Action<CancellationToken> closure, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        new(Spawner.SpawnBlocking<Unit>(_scheduler, Crew, closure, SpawnSite.Named(name, file, line), TaskBody.TokenClosure));

    /// <summary>Waits until the pool has room, then runs a closure on it. Without a bound there always is.</summary>
    /// <remarks>Cancel safety: when cancelled nothing was queued, and the place among those who wait is lost.</remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="closure">The closure.</param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The closure's handle, once it has been queued; aborted if the runtime has been shut down.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    [LosesPlace]
    public Future<JoinHandle<T>> SpawnAsync<T>(
        Func<T> closure, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        SpawnLater<T>(closure, TaskBody.Closure, SpawnSite.Named(name, file, line));

    /// <inheritdoc cref="SpawnAsync{T}(Func{T}, string, string, int)"/>
    [LosesPlace]
    public Future<JoinHandle> SpawnAsync(
        Action closure, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        SpawnLater(closure, TaskBody.Closure, SpawnSite.Named(name, file, line));

    /// <summary>Waits until the pool has room, then runs a closure on it that can be told to stop.</summary>
    /// <remarks>Cancel safety: when cancelled nothing was queued, and the place among those who wait is lost.</remarks>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="closure">
    /// The closure. Its token is cancelled by <c>Abort</c> of the handle and by the runtime's shutdown. When it ends by
    /// throwing an <see cref="OperationCanceledException"/> after that, its handle says aborted.
    /// </param>
    /// <param name="name">A name for it, which dumps, reports, hooks and spans show; null for none. It need not be unique.</param>
    /// <param name="file">The file of the call, supplied by the compiler: dumps and reports of failures name it.</param>
    /// <param name="line">The line of the call, as well.</param>
    /// <returns>The closure's handle, once it has been queued; aborted if the runtime has been shut down.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    [LosesPlace]
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token.
    public Future<JoinHandle<T>> SpawnAsync<T>(
        Func<CancellationToken, T> closure, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        SpawnLater<T>(closure, TaskBody.TokenClosure, SpawnSite.Named(name, file, line));

    /// <inheritdoc cref="SpawnAsync{T}(Func{CancellationToken, T}, string, string, int)"/>
    [LosesPlace]
    [OverloadResolutionPriority(-1)] // A method group that fits both is without token.
    public Future<JoinHandle> SpawnAsync(
        Action<CancellationToken> closure, string? name = null, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        SpawnLater(closure, TaskBody.TokenClosure, SpawnSite.Named(name, file, line));

    /// <summary>Not for Tasks: it would block a thread for the delegate only, and run the rest elsewhere.</summary>
    /// <typeparam name="TTask">The type of the Task.</typeparam>
    /// <param name="closure">Use <c>Kio.Spawn</c> instead.</param>
    /// <param name="name">A name.</param>
    /// <param name="unused">Tells this overload from the others.</param>
    /// <returns>Nothing.</returns>
    [Obsolete("Spawn of a blocking pool runs a synchronous closure. Use Kio.Spawn for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // Looked at first, and dropped by its constraint, or when nothing says what TTask is.
    public JoinHandle Spawn<TTask>(Func<TTask> closure, string? name = null, object? unused = null)
        where TTask : Task => throw new NotSupportedException();

    /// <inheritdoc cref="Spawn{TTask}(Func{TTask}, string, object)"/>
    [Obsolete("Spawn of a blocking pool runs a synchronous closure. Use Kio.Spawn for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // As above.
    public JoinHandle Spawn<TTask>(Func<CancellationToken, TTask> closure, string? name = null, object? unused = null)
        where TTask : Task => throw new NotSupportedException();

    /// <inheritdoc cref="Spawn{TTask}(Func{TTask}, string, object)"/>
    [Obsolete("SpawnAsync of a blocking pool runs a synchronous closure. Use Kio.Spawn for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // As above.
    public Future<JoinHandle> SpawnAsync<TTask>(Func<TTask> closure, string? name = null, object? unused = null)
        where TTask : Task => throw new NotSupportedException();

    /// <inheritdoc cref="Spawn{TTask}(Func{TTask}, string, object)"/>
    [Obsolete("SpawnAsync of a blocking pool runs a synchronous closure. Use Kio.Spawn for Task-based code.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    [OverloadResolutionPriority(1)] // As above.
    public Future<JoinHandle> SpawnAsync<TTask>(Func<CancellationToken, TTask> closure, string? name = null, object? unused = null)
        where TTask : Task => throw new NotSupportedException();

    /// <inheritdoc/>
    public override string ToString() => Name;

    private Future<JoinHandle<T>> SpawnLater<T>(Delegate closure, TaskBody kind, SpawnSite site)
    {
        ArgumentNullException.ThrowIfNull(closure);
        return Wait.For<SpawnOperation<T>, JoinHandle<T>>(new SpawnOperation<T>(this, closure, kind, site));
    }

    private Future<JoinHandle> SpawnLater(Delegate closure, TaskBody kind, SpawnSite site)
    {
        ArgumentNullException.ThrowIfNull(closure);
        return Wait.For<SpawnOperation, JoinHandle>(new SpawnOperation(this, closure, kind, site));
    }

    // The closure is queued by the poll that gets it a place, and that poll completes the future: a future that is
    // cancelled has queued nothing.
    private bool TrySpawn<T>(Waiter waiter, WakeTarget target, Delegate closure, TaskBody kind, SpawnSite site, out TaskCell<T> cell)
    {
        AcquireOutcome place = Crew.PollPlace(waiter, target);
        if (place == AcquireOutcome.NoPermits)
        {
            cell = null!;
            return false;
        }

        cell = Spawner.Closure<T>(_scheduler, closure, site, kind);
        Crew.Spawn(cell, place);
        return true;
    }

    private readonly struct SpawnOperation<T>(BlockingPool pool, Delegate closure, TaskBody kind, SpawnSite site) : IWaitOperation<JoinHandle<T>>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out JoinHandle<T> result)
        {
            bool spawned = pool.TrySpawn(waiter, target, closure, kind, site, out TaskCell<T> cell);
            result = spawned ? new JoinHandle<T>(cell) : default;
            return spawned;
        }

        public void Withdraw(Waiter waiter) => pool.Crew.WithdrawPlace(waiter);

        public void Describe(LeafDescription into) => into.Set($"room in the blocking pool \"{pool.Name}\"", pool);
    }

    private readonly struct SpawnOperation(BlockingPool pool, Delegate closure, TaskBody kind, SpawnSite site) : IWaitOperation<JoinHandle>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out JoinHandle result)
        {
            bool spawned = pool.TrySpawn(waiter, target, closure, kind, site, out TaskCell<Unit> cell);
            result = spawned ? new JoinHandle(cell) : default;
            return spawned;
        }

        public void Withdraw(Waiter waiter) => pool.Crew.WithdrawPlace(waiter);

        public void Describe(LeafDescription into) => into.Set($"room in the blocking pool \"{pool.Name}\"", pool);
    }
}
