using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>Tasks whose results come in the order in which they end.</summary>
/// <remarks>
/// <para>
/// As Tokio's <c>JoinSet</c>. The tasks run on their own, on whatever runtime they were spawned on; the set keeps each
/// result until it is taken, unless <see cref="JoinSetOptions.DiscardResults"/> says otherwise. Failures are reported as
/// results, never thrown, but by <see cref="JoinAllAsync"/>. Spawning costs one object besides the task; joining one of n
/// tasks costs the same for every n, and allocates nothing.
/// </para>
/// <para>
/// Dispose it: <c>await using</c> aborts the tasks that are left and waits for their cleanup; <see cref="Dispose"/> aborts
/// and does not wait. A set that is only dropped lets its tasks run on, unlike in Rust. Any thread may spawn, abort and
/// look; one task at a time may wait. When a runtime is shut down, its tasks end as aborted here.
/// </para>
/// <para>
/// With a <em>limit</em> at most so many tasks run at once. <c>Spawn</c> never waits: what finds no slot is queued, in the
/// order of arrival, and is started when a task ends (not when its result is taken); it starts in the context that it
/// was spawned in. <c>SpawnAsync</c> queues in the same order and waits until the task is started: this is how a
/// producer is slowed down. Queued tasks that are aborted end at once, without a slot.
/// </para>
/// </remarks>
/// <typeparam name="T">The type of the tasks' results.</typeparam>
public sealed class JoinSet<T> : IAsyncEnumerable<JoinResult<T>>, IAsyncDisposable, IDisposable
{
    private readonly JoinSetGroup _group;
    private readonly bool _isBackground;

    /// <summary>Makes an empty set, without a limit.</summary>
    public JoinSet()
        : this(new JoinSetOptions())
    {
    }

    /// <summary>Makes an empty set with a limit.</summary>
    /// <param name="limit">How many tasks may run at once.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public JoinSet(int limit)
        : this(new JoinSetOptions { Limit = limit })
    {
    }

    /// <summary>Makes an empty set.</summary>
    /// <param name="options">The limit, what happens to results, and the class of the tasks.</param>
    public JoinSet(JoinSetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _group = new JoinSetGroup(options.Limit ?? TaskGroup.NoLimit, options.DiscardResults);
        _isBackground = options.Class == TaskClass.Background;
    }

    /// <summary>How many tasks are in the set: queued, running, or ended and not taken.</summary>
    public int Count => _group.Count;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => Count == 0;

    internal JoinSetGroup Group => _group;

    /// <summary>Spawns a task of the set on the current runtime; the delegate runs at its first poll.</summary>
    /// <param name="future">Makes the future.</param>
    /// <returns>What stops the task.</returns>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    [OverloadResolutionPriority(1)]
    public AbortHandle Spawn(Func<Future<T>> future) =>
        Add(Spawner.Make<T>(CurrentRuntime.Require("JoinSet.Spawn"), future, TaskBody.FutureFunc));

    /// <inheritdoc cref="Spawn(Func{Future{T}})"/>
    /// <param name="future">The future; it must not have been awaited.</param>
    public AbortHandle Spawn(Future<T> future) => Add(Spawner.Make(CurrentRuntime.Require("JoinSet.Spawn"), future));

    /// <inheritdoc cref="Spawn(Func{Future{T}})"/>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    public AbortHandle Spawn(Func<Task<T>> task) => Add(Spawner.Make<T>(CurrentRuntime.Require("JoinSet.Spawn"), task, TaskBody.TaskFunc));

    /// <summary>Spawns a task of the set on another runtime, from any thread; the delegate runs at its first poll.</summary>
    /// <param name="runtime">The runtime. One that has ended gives a result that is aborted.</param>
    /// <param name="future">Makes the future.</param>
    /// <returns>What stops the task.</returns>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    [OverloadResolutionPriority(1)]
    public AbortHandle SpawnOn(RuntimeHandle runtime, Func<Future<T>> future) =>
        Add(Spawner.Make<T>(Of(runtime), future, TaskBody.FutureFunc));

    /// <inheritdoc cref="SpawnOn(RuntimeHandle, Func{Future{T}})"/>
    /// <param name="runtime">The runtime. One that has ended gives a result that is aborted.</param>
    /// <param name="future">The future; it must not have been awaited.</param>
    public AbortHandle SpawnOn(RuntimeHandle runtime, Future<T> future) => Add(Spawner.Make(Of(runtime), future));

    /// <inheritdoc cref="SpawnOn(RuntimeHandle, Func{Future{T}})"/>
    /// <param name="runtime">The runtime. One that has ended gives a result that is aborted.</param>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    public AbortHandle SpawnOn(RuntimeHandle runtime, Func<Task<T>> task) => Add(Spawner.Make<T>(Of(runtime), task, TaskBody.TaskFunc));

    /// <summary>Spawns a task of the set on the current <see cref="LocalSet"/>; the delegate runs at its first poll.</summary>
    /// <param name="future">Makes the future.</param>
    /// <returns>What stops the task.</returns>
    /// <exception cref="InvalidOperationException">No LocalSet is running on this thread.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    [OverloadResolutionPriority(1)]
    public AbortHandle SpawnLocal(Func<Future<T>> future) =>
        Add(Spawner.Make<T>(LocalTarget.Require("JoinSet.SpawnLocal"), future, TaskBody.FutureFunc));

    /// <inheritdoc cref="SpawnLocal(Func{Future{T}})"/>
    /// <param name="future">The future; it must not have been awaited.</param>
    public AbortHandle SpawnLocal(Future<T> future) => Add(Spawner.Make(LocalTarget.Require("JoinSet.SpawnLocal"), future));

    /// <inheritdoc cref="SpawnLocal(Func{Future{T}})"/>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    public AbortHandle SpawnLocal(Func<Task<T>> task) => Add(Spawner.Make<T>(LocalTarget.Require("JoinSet.SpawnLocal"), task, TaskBody.TaskFunc));

    /// <summary>Spawns a task of the set on a <see cref="LocalSet"/>, from any thread; the delegate runs at its first poll.</summary>
    /// <param name="local">The local set.</param>
    /// <param name="future">Makes the future.</param>
    /// <returns>What stops the task.</returns>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    [OverloadResolutionPriority(1)]
    public AbortHandle SpawnLocalOn(LocalSet local, Func<Future<T>> future) =>
        Add(Spawner.Make<T>(LocalTarget.Of(local), future, TaskBody.FutureFunc));

    /// <inheritdoc cref="SpawnLocalOn(LocalSet, Func{Future{T}})"/>
    /// <param name="local">The local set.</param>
    /// <param name="future">The future; it must not have been awaited.</param>
    public AbortHandle SpawnLocalOn(LocalSet local, Future<T> future) => Add(Spawner.Make(LocalTarget.Of(local), future));

    /// <inheritdoc cref="SpawnLocalOn(LocalSet, Func{Future{T}})"/>
    /// <param name="local">The local set.</param>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    public AbortHandle SpawnLocalOn(LocalSet local, Func<Task<T>> task) => Add(Spawner.Make<T>(LocalTarget.Of(local), task, TaskBody.TaskFunc));

    /// <summary>Spawns a task of the set on the current runtime when there is a slot for it; the delegate runs at its first poll.</summary>
    /// <remarks>First come, first served, with what <c>Spawn</c> has queued. Cancelling it leaves the queue: the task is not spawned.</remarks>
    /// <param name="future">Makes the future.</param>
    /// <returns>A future that is ready when the task has been started. Without a limit that is at once.</returns>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    [LosesPlace]
    [OverloadResolutionPriority(1)]
    public Future<AbortHandle> SpawnAsync(Func<Future<T>> future) =>
        AddAsync(Spawner.Make<T>(CurrentRuntime.Require("JoinSet.SpawnAsync"), future, TaskBody.FutureFunc));

    /// <inheritdoc cref="SpawnAsync(Func{Future{T}})"/>
    /// <param name="future">The future; it must not have been awaited.</param>
    [LosesPlace]
    public Future<AbortHandle> SpawnAsync(Future<T> future) => AddAsync(Spawner.Make(CurrentRuntime.Require("JoinSet.SpawnAsync"), future));

    /// <inheritdoc cref="SpawnAsync(Func{Future{T}})"/>
    /// <param name="task">Starts the Task. Aborting waits for the Task: a Task can't be unwound.</param>
    [LosesPlace]
    public Future<AbortHandle> SpawnAsync(Func<Task<T>> task) => AddAsync(Spawner.Make<T>(CurrentRuntime.Require("JoinSet.SpawnAsync"), task, TaskBody.TaskFunc));

    /// <summary>Runs a closure that blocks or computes for long on the current runtime's blocking pool.</summary>
    /// <param name="closure">The closure. Once started it can't be aborted, and disposing the set waits for it.</param>
    /// <returns>What stops it while it is queued.</returns>
    /// <exception cref="InvalidOperationException">No runtime is running on this thread.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    public AbortHandle SpawnBlocking(Func<T> closure) =>
        Add(Spawner.Make<T>(CurrentRuntime.Require("JoinSet.SpawnBlocking"), closure, TaskBody.Closure));

    /// <inheritdoc cref="SpawnBlocking(Func{T})"/>
    /// <param name="runtime">Whose blocking pool.</param>
    /// <param name="closure">The closure. Once started it can't be aborted, and disposing the set waits for it.</param>
    public AbortHandle SpawnBlockingOn(RuntimeHandle runtime, Func<T> closure) =>
        Add(Spawner.Make<T>(Of(runtime), closure, TaskBody.Closure));

    /// <summary>Waits for the next task to end, and takes its result out. Cancel safe: no result is lost.</summary>
    /// <remarks>A set that discards results never has one: it waits until all tasks have ended.</remarks>
    /// <returns>How the task ended; null when the set is empty. Failures are not thrown.</returns>
    /// <exception cref="InvalidOperationException">Another task waits for the set already.</exception>
    [CancelSafe]
    public async Future<JoinResult<T>?> JoinNextAsync()
    {
        GroupOutcome<T> outcome = await GroupNextLeaf<T>.Await(_group);
        return outcome.ResultOrNull;
    }

    /// <summary>Takes the result of a task that has ended, if there is one.</summary>
    /// <param name="result">How the task ended.</param>
    /// <returns>False when none has ended.</returns>
    public bool TryJoinNext(out JoinResult<T> result)
    {
        if (_group.TryTake(out bool isEmpty) is not { } member)
        {
            result = default;
            return false;
        }

        if (isEmpty)
        {
            _group.WakeWaiter(); // Somebody may wait for a result that there will not be.
        }

        result = GroupNextLeaf<T>.OutcomeOf(member);
        return true;
    }

    /// <summary>Waits for all tasks. The first that fails or was aborted aborts the others, and is thrown when they have cleaned up.</summary>
    /// <remarks>
    /// As Tokio's <c>join_all</c>, which panics. Failures that come after the first are reported to the runtime
    /// (<c>OnUnhandledFailure</c>). Cancelling it aborts the tasks too, and waits for their cleanup.
    /// </remarks>
    /// <returns>The results, in the order in which the tasks ended.</returns>
    /// <exception cref="TaskAbortedException">A task was aborted.</exception>
    [NotCancelSafe]
    public async Future<T[]> JoinAllAsync()
    {
        List<T> results = new(_group.Count);
        try
        {
            while ((await GroupNextLeaf<T>.Await(_group)).ResultOrNull is { } result)
            {
                result.ThrowIfFailed();
                results.Add(result.Value);
            }
        }
        catch
        {
            _group.AbortAll();
            await GroupEndLeaf.Await(_group, keepsCancellation: true);
            throw;
        }

        return [.. results];
    }

    /// <summary>Aborts all tasks and waits until they have cleaned up. The set is empty then, and can be used again.</summary>
    /// <remarks>
    /// Results are dropped; failures among them are reported to the runtime (<c>OnUnhandledFailure</c>). Cancelling it
    /// does not end the wait: the cancellation is thrown at its end.
    /// </remarks>
    /// <returns>The future to await.</returns>
    /// <exception cref="InvalidOperationException">Another task waits for the set already.</exception>
    [NotCancelSafe]
    public async Future ShutdownAsync()
    {
        _group.AbortAll();
        await GroupEndLeaf.Await(_group);
    }

    /// <summary>Asks all tasks to stop. They stay in the set until their results, which say aborted, are taken.</summary>
    public void AbortAll() => _group.AbortAll();

    /// <summary>Lets all tasks go: they run on alone, queued ones are started, and their failures go to the runtime.</summary>
    public void DetachAll() => _group.DetachAll();

    /// <summary>Takes results as they come, until the set is empty; tasks may be spawned meanwhile.</summary>
    /// <remarks>Failures are not thrown. Leaving the loop leaves the set as it is.</remarks>
    /// <param name="cancellationToken">Not observed: cancel the task, or the tasks of the set.</param>
    /// <returns>The enumerator.</returns>
    public FutureEnumerator<JoinResult<T>> GetAsyncEnumerator(CancellationToken cancellationToken = default) => new Enumerator(this);

    /// <summary>As <see cref="ShutdownAsync"/>, and the set takes no more tasks. A second time does nothing.</summary>
    /// <returns>The future to await. It never throws because of a task.</returns>
    [NotCancelSafe]
    public Future DisposeAsync()
    {
        _group.TryClose();
        return ShutdownAsync();
    }

    /// <summary>Aborts all tasks without waiting for them; the set takes no more. Failures in their cleanup go to the runtime.</summary>
    public void Dispose()
    {
        _group.TryClose();
        _group.AbortAll();
        _group.DetachAll();
    }

    IAsyncEnumerator<JoinResult<T>> IAsyncEnumerable<JoinResult<T>>.GetAsyncEnumerator(CancellationToken cancellationToken) =>
        GetAsyncEnumerator(cancellationToken);

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    private static RuntimeScheduler Of(RuntimeHandle runtime)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        return runtime.Scheduler;
    }

    private AbortHandle Add(TaskCell<T> cell)
    {
        GroupMember member = new(_group, Classified(cell));
        _group.Spawn(member);
        return new AbortHandle(member);
    }

    private Future<AbortHandle> AddAsync(TaskCell<T> cell) =>
        GroupSpawnLeaf.Await(_group, new AwaitedMember(_group, Classified(cell)));

    private TaskCell<T> Classified(TaskCell<T> cell)
    {
        if (_isBackground)
        {
            cell.SetBackground();
        }

        return cell;
    }

    private sealed class Enumerator(JoinSet<T> set) : FutureEnumerator<JoinResult<T>>
    {
        public override async Future<bool> MoveNextAsync()
        {
            if (await set.JoinNextAsync() is not { } result)
            {
                return false;
            }

            Current = result;
            return true;
        }

        public override Future DisposeAsync() => Future.Completed;
    }
}
