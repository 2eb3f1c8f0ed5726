using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>Tasks without results, joined in the order in which they end.</summary>
/// <remarks>As <see cref="JoinSet{T}"/>, of which everything holds here.</remarks>
public sealed partial class JoinSet : IAsyncEnumerable<JoinResult>, IAsyncDisposable, IDisposable
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
            Owner = typeof(JoinSet),
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
    public async Future<JoinResult?> JoinNextAsync()
    {
        GroupOutcome<Unit> outcome = await GroupNextLeaf<Unit>.Await(_group);
        return outcome.ResultOrNull is { } result ? new JoinResult(result) : null;
    }

    /// <summary>Takes the result of a task that has ended, if there is one.</summary>
    /// <param name="result">How the task ended.</param>
    /// <returns>False when none has ended.</returns>
    public bool TryJoinNext(out JoinResult result)
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

        result = new JoinResult(GroupNextLeaf<Unit>.OutcomeOf(member));
        return true;
    }

    /// <summary>Waits for all tasks. The first that fails or was aborted aborts the others, and is thrown when they have cleaned up.</summary>
    /// <remarks>
    /// As Tokio's <c>join_all</c>, which panics. Failures that come after the first are reported to the runtime
    /// (<c>OnUnhandledFailure</c>). Cancelling it aborts the tasks too, and waits for their cleanup. On a set that
    /// discards results it only waits until all have ended: failures have gone to the runtime, each as it came, and abort
    /// nothing.
    /// </remarks>
    /// <returns>The future to await.</returns>
    /// <exception cref="TaskAbortedException">A task was aborted.</exception>
    [NotCancelSafe]
    public async Future JoinAllAsync()
    {
        try
        {
            while ((await GroupNextLeaf<Unit>.Await(_group)).ResultOrNull is { } result)
            {
                result.ThrowIfFailed();
            }
        }
        catch
        {
            _group.AbortAll();
            await GroupEndLeaf.Await(_group, keepsCancellation: true);
            throw;
        }
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
    public FutureEnumerator<JoinResult> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
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

    IAsyncEnumerator<JoinResult> IAsyncEnumerable<JoinResult>.GetAsyncEnumerator(CancellationToken cancellationToken) =>
        GetAsyncEnumerator(cancellationToken);

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    private AbortHandle Add(TaskCell<Unit> cell)
    {
        GroupMember member = new(_group, cell);
        _group.Spawn(member);
        return new AbortHandle(member);
    }

    private Future<AbortHandle> AddAsync(TaskCell<Unit> cell) =>
        GroupSpawnLeaf.Await(_group, new AwaitedMember(_group, cell));

    private sealed class Enumerator(JoinSet set) : FutureEnumerator<JoinResult>
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
