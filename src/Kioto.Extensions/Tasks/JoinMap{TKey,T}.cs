using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>Tasks with keys; their results come, with the keys, in the order in which they end.</summary>
/// <remarks>
/// As tokio-util's <c>JoinMap</c>: a <see cref="JoinSet{T}"/> in which a key has one task at most. Spawning under a key that
/// has one <em>replaces</em> that: the old task is aborted and its result is not returned (if it fails in its cleanup, that is
/// reported to the runtime); waiting for the end of the map waits for it all the same. Dispose it: <c>await using</c>
/// aborts the tasks that are left and waits for their cleanup. Any thread may spawn, abort and look; one task at a time
/// may wait.
/// </remarks>
/// <typeparam name="TKey">The type of the keys.</typeparam>
/// <typeparam name="T">The type of the tasks' results.</typeparam>
public sealed partial class JoinMap<TKey, T> : IAsyncEnumerable<KeyedJoinResult<TKey, T>>, IAsyncDisposable, IDisposable
    where TKey : notnull
{
    private readonly JoinMapGroup<TKey> _group;

    // Where it is spawned from threads that no runtime has.
    private readonly RuntimeScheduler? _home = CurrentRuntime.Find();

    /// <summary>Makes an empty map.</summary>
    public JoinMap()
        : this(null)
    {
    }

    /// <summary>Makes an empty map.</summary>
    /// <param name="comparer">Compares keys; null for the default.</param>
    public JoinMap(IEqualityComparer<TKey>? comparer) => _group = new JoinMapGroup<TKey>(comparer) { Owner = typeof(JoinMap<TKey, T>) };

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

    /// <summary>How many keys have a task: running, or ended and not taken.</summary>
    public int Count => _group.KeyCount;

    /// <summary>Whether none has.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>The keys that have a task, at this moment. A copy.</summary>
    public IReadOnlyCollection<TKey> Keys => _group.Keys;

    /// <summary>Waits for the next task to end, and takes its result out. Cancel safe: no result is lost.</summary>
    /// <returns>Key and result; null when the map is empty, and no task that was replaced still cleans up.</returns>
    /// <exception cref="InvalidOperationException">Another task waits for the map already.</exception>
    [CancelSafe]
    public async Future<KeyedJoinResult<TKey, T>?> JoinNextAsync()
    {
        while (true)
        {
            GroupOutcome<T> outcome = await GroupNextLeaf<T>.Await(_group);
            if (outcome.Member is not KeyedMember<TKey> member)
            {
                return null;
            }

            if (TryRemove(member, outcome.Result))
            {
                return new KeyedJoinResult<TKey, T>(member.Key, outcome.Result);
            }
        }
    }

    /// <summary>Takes the result of a task that has ended, if there is one.</summary>
    /// <param name="result">Key and result.</param>
    /// <returns>False when none has ended.</returns>
    public bool TryJoinNext(out KeyedJoinResult<TKey, T> result)
    {
        while (_group.TryTake(out bool isEmpty) is KeyedMember<TKey> member)
        {
            if (isEmpty)
            {
                _group.WakeWaiter(); // Somebody may wait for a result that there will not be.
            }

            JoinResult<T> taken = GroupNextLeaf<T>.OutcomeOf(member);
            if (TryRemove(member, taken))
            {
                result = new KeyedJoinResult<TKey, T>(member.Key, taken);
                return true;
            }
        }

        result = default;
        return false;
    }

    /// <summary>Whether a key has a task, running or ended and not taken.</summary>
    /// <param name="key">The key.</param>
    /// <returns>True if it has.</returns>
    public bool ContainsKey(TKey key) => _group.Find(key) is not null;

    /// <summary>Asks the task of a key to stop. It stays until its result, which says aborted, is taken.</summary>
    /// <param name="key">The key.</param>
    /// <returns>False when the key has no task.</returns>
    public bool Abort(TKey key)
    {
        KeyedMember<TKey>? member = _group.Find(key);
        member?.Abort();
        return member is not null;
    }

    /// <summary>Asks the tasks of some keys to stop. They stay until their results are taken.</summary>
    /// <param name="predicate">Says of which; it must not use the map.</param>
    public void AbortMatching(Predicate<TKey> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        foreach (KeyedMember<TKey> member in _group.FindMatching(predicate))
        {
            member.Abort();
        }
    }

    /// <summary>Asks all tasks to stop. They stay in the map until their results, which say aborted, are taken.</summary>
    public void AbortAll() => _group.AbortAll();

    /// <summary>Lets all tasks go: they run on alone, and their failures go to the runtime.</summary>
    public void DetachAll() => _group.DetachAll();

    /// <summary>Aborts all tasks and waits until they have cleaned up. The map is empty then, and can be used again.</summary>
    /// <remarks>
    /// Results are dropped; failures among them are reported to the runtime (<c>OnUnhandledFailure</c>). Cancelling it
    /// does not end the wait: the cancellation is thrown at its end.
    /// </remarks>
    /// <returns>The future to await.</returns>
    /// <exception cref="InvalidOperationException">Another task waits for the map already.</exception>
    [NotCancelSafe]
    public async Future ShutdownAsync()
    {
        _group.AbortAll();
        await GroupEndLeaf.Await(_group);
    }

    /// <summary>Takes results as they come, until the map is empty; tasks may be spawned meanwhile.</summary>
    /// <remarks>Failures are not thrown. Leaving the loop leaves the map as it is.</remarks>
    /// <param name="cancellationToken">
    /// Ends the loop: the step that waits, or the next one, throws <see cref="OperationCanceledException"/>. The map stays as it is.
    /// </param>
    /// <returns>The enumerator.</returns>
    public FutureEnumerator<KeyedJoinResult<TKey, T>> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        new Enumerator(this).Until(cancellationToken);

    /// <summary>As <see cref="ShutdownAsync"/>, and the map takes no more tasks. A second time does nothing.</summary>
    /// <returns>The future to await. It never throws because of a task.</returns>
    [NotCancelSafe]
    public Future DisposeAsync()
    {
        _group.TryClose();
        return ShutdownAsync();
    }

    /// <summary>Aborts all tasks without waiting for them; the map takes no more. Failures in their cleanup go to the runtime.</summary>
    public void Dispose()
    {
        _group.TryClose();
        _group.AbortAll();
        DetachAll();
    }

    IAsyncEnumerator<KeyedJoinResult<TKey, T>> IAsyncEnumerable<KeyedJoinResult<TKey, T>>.GetAsyncEnumerator(
        CancellationToken cancellationToken) => GetAsyncEnumerator(cancellationToken);

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    private AbortHandle Add(TKey key, TaskCell<T> cell)
    {
        KeyedMember<TKey> member = new(_group, cell, key);
        _group.SpawnKeyed(member);
        return new AbortHandle(member);
    }

    private bool TryRemove(KeyedMember<TKey> member, JoinResult<T> result)
    {
        if (_group.TryRemove(member))
        {
            return true;
        }

        // It was replaced.
        if (result is { IsFaulted: true, Exception: { } failure })
        {
            member.ReportReplaced(failure);
        }

        return false;
    }

    private sealed class Enumerator(JoinMap<TKey, T> map) : FutureEnumerator<KeyedJoinResult<TKey, T>>
    {
        public override async Future<bool> MoveNextAsync()
        {
            if (await map.JoinNextAsync() is not { } result)
            {
                return false;
            }

            Current = result;
            return true;
        }

        public override Future DisposeAsync() => Future.Completed;
    }
}
