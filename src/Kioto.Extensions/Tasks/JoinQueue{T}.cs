using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>Tasks whose results come in the order in which they were spawned.</summary>
/// <remarks>
/// As tokio-util's <c>JoinQueue</c>: a <see cref="JoinSet{T}"/> that waits for the oldest task, whichever ends first; all
/// run at the same time. Failures are results here too. Results are kept until they are taken. Dispose it:
/// <c>await using</c> aborts the tasks that are left and waits for their cleanup. Any thread may spawn, abort and look;
/// one task at a time may wait.
/// </remarks>
/// <typeparam name="T">The type of the tasks' results.</typeparam>
public sealed partial class JoinQueue<T> : IAsyncEnumerable<JoinResult<T>>, IAsyncDisposable, IDisposable
{
    private readonly JoinQueueGroup _group = new() { Owner = typeof(JoinQueue<T>) };

    // Where it is spawned from threads that no runtime has.
    private readonly RuntimeScheduler? _home = CurrentRuntime.Find();

    /// <summary>The class of the tasks. <see cref="TaskClass.Normal"/> by default. Closures that block, and tasks of a local set, have none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public TaskClass Class
    {
        get;
        init
        {
            _group.IsBackground = Spawner.IsBackground(value, nameof(Class));
            field = value;
        }
    }

    /// <summary>How many tasks are in the queue: queued, running, or ended and not taken.</summary>
    public int Count => _group.Count;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>Waits for the oldest task to end, and takes its result out. Cancel safe: no result is lost.</summary>
    /// <returns>How the task ended; null when the queue is empty. Failures are not thrown.</returns>
    /// <exception cref="InvalidOperationException">Another task waits for the queue already.</exception>
    [CancelSafe]
    public async Future<JoinResult<T>?> JoinNextAsync()
    {
        GroupOutcome<T> outcome = await GroupNextLeaf<T>.Await(_group);
        return outcome.ResultOrNull;
    }

    /// <summary>Takes the result of a task that has ended, if it is the oldest one.</summary>
    /// <param name="result">How the task ended.</param>
    /// <returns>False when the oldest task has not ended.</returns>
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

    /// <summary>Waits for all tasks, the oldest first. The first found that failed or was aborted aborts the others, and is thrown when they have cleaned up.</summary>
    /// <remarks>
    /// As Tokio's <c>join_all</c>, which panics. Failures that come after the first are reported to the runtime
    /// (<c>OnUnhandledFailure</c>). Cancelling it aborts the tasks too, and waits for their cleanup.
    /// </remarks>
    /// <returns>The results, in the order in which the tasks were spawned.</returns>
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

    /// <summary>Aborts all tasks and waits until they have cleaned up. The queue is empty then, and can be used again.</summary>
    /// <remarks>
    /// Results are dropped; failures among them are reported to the runtime (<c>OnUnhandledFailure</c>). Cancelling it
    /// does not end the wait: the cancellation is thrown at its end.
    /// </remarks>
    /// <returns>The future to await.</returns>
    /// <exception cref="InvalidOperationException">Another task waits for the queue already.</exception>
    [NotCancelSafe]
    public async Future ShutdownAsync()
    {
        _group.AbortAll();
        await GroupEndLeaf.Await(_group);
    }

    /// <summary>Asks all tasks to stop. They stay in the queue until their results, which say aborted, are taken.</summary>
    public void AbortAll() => _group.AbortAll();

    /// <summary>Lets all tasks go: they run on alone, and their failures go to the runtime.</summary>
    public void DetachAll() => _group.DetachAll();

    /// <summary>Takes results as they come, until the queue is empty; tasks may be spawned meanwhile.</summary>
    /// <remarks>Failures are not thrown. Leaving the loop leaves the queue as it is.</remarks>
    /// <param name="cancellationToken">
    /// Ends the loop: the step that waits, or the next one, throws <see cref="OperationCanceledException"/>. The queue stays as it is.
    /// </param>
    /// <returns>The enumerator.</returns>
    public FutureEnumerator<JoinResult<T>> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        new Enumerator(this).Until(cancellationToken);

    /// <summary>As <see cref="ShutdownAsync"/>, and the queue takes no more tasks. A second time does nothing.</summary>
    /// <returns>The future to await. It never throws because of a task.</returns>
    [NotCancelSafe]
    public Future DisposeAsync()
    {
        _group.TryClose();
        return ShutdownAsync();
    }

    /// <summary>Aborts all tasks without waiting for them; the queue takes no more. Failures in their cleanup go to the runtime.</summary>
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

    private sealed class Enumerator(JoinQueue<T> queue) : FutureEnumerator<JoinResult<T>>
    {
        public override async Future<bool> MoveNextAsync()
        {
            if (await queue.JoinNextAsync() is not { } result)
            {
                return false;
            }

            Current = result;
            return true;
        }

        public override Future DisposeAsync() => Future.Completed;
    }
}
