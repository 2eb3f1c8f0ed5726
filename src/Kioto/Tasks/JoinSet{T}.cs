using System;
using System.Collections.Generic;
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
/// look; one task at a time may wait. A thread that no runtime has spawns onto the runtime where the set was made. When a
/// runtime is shut down, its tasks end as aborted here.
/// </para>
/// <para>
/// With a <em>limit</em> at most so many tasks run at once. <c>Spawn</c> never waits: what finds no slot is queued, in the
/// order of arrival, and is started when a task ends (not when its result is taken); it starts in the context that it
/// was spawned in. <c>SpawnAsync</c> queues in the same order and waits until the task is started: this is how a
/// producer is slowed down. Queued tasks that are aborted end at once, without a slot.
/// </para>
/// </remarks>
/// <typeparam name="T">The type of the tasks' results.</typeparam>
public sealed partial class JoinSet<T> : IAsyncEnumerable<JoinResult<T>>, IAsyncDisposable, IDisposable
{
    private readonly JoinSetGroup _group;

    // Where it is spawned from threads that no runtime has.
    private readonly RuntimeScheduler? _home = CurrentRuntime.Find();

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
    /// <param name="options">The limit, what happens to results and failures, and the class of the tasks.</param>
    /// <exception cref="InvalidOperationException">The options contradict each other.</exception>
    public JoinSet(JoinSetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _group = new JoinSetGroup(options.Limit ?? TaskGroup.NoLimit, options.DiscardResults)
        {
            Owner = typeof(JoinSet<T>),
            IsBackground = options.Class == TaskClass.Background,
            Failures = FailurePolicy.Of(options.UnhandledFailures, options.OnUnhandledFailure),
        };
    }

    /// <summary>How many tasks are in the set: queued, running, or ended and not taken.</summary>
    public int Count => _group.Count;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => Count == 0;

    internal JoinSetGroup Group => _group;

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
    /// (<c>OnUnhandledFailure</c>). Cancelling it aborts the tasks too, and waits for their cleanup. On a set that
    /// discards results it only waits until all have ended: failures have gone to the runtime, each as it came, and abort
    /// nothing.
    /// </remarks>
    /// <returns>The results, in the order in which the tasks ended; none of a set that discards them.</returns>
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
    /// <param name="cancellationToken">
    /// Ends the loop: the step that waits, or the next one, throws <see cref="OperationCanceledException"/>. The set stays as it is.
    /// </param>
    /// <returns>The enumerator.</returns>
    public FutureEnumerator<JoinResult<T>> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        new Enumerator(this).Until(cancellationToken);

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

    private AbortHandle Add(TaskCell<T> cell)
    {
        GroupMember member = new(_group, cell);
        _group.Spawn(member);
        return new AbortHandle(member);
    }

    private Future<AbortHandle> AddAsync(TaskCell<T> cell) =>
        GroupSpawnLeaf.Await(_group, new AwaitedMember(_group, cell));

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
