using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>Items that come out when their time has come, the earliest first. As Tokio's <c>DelayQueue</c>.</summary>
/// <remarks>
/// Any thread may insert, remove and reset, also while somebody waits in <see cref="NextAsync"/>; one at a time waits.
/// Items that are due at the same moment come in the order in which they were inserted or reset. Inserting and removing
/// take time in the logarithm of the count, and allocate nothing once the queue has been as long before; room that was
/// needed once is kept until <see cref="TrimExcess"/>.
/// </remarks>
/// <typeparam name="T">The type of the items.</typeparam>
public sealed class DelayQueue<T> : IAsyncEnumerable<Expired<T>>
{
    // Taken before the sleep's lock. Nobody is woken under it.
    private readonly Lock _lock = new();

    // INVARIANT: guarded by the lock. A binary heap of the nodes in the queue, then those that are free.
    private readonly List<Node> _nodes = [];
    private int _count;
    private ulong _order;

    // INVARIANT: while somebody waits its deadline is the first item's, or past when there is none.
    private readonly Sleep _sleep = new(Instant.MaxValue);
    private Instant _due = Instant.MaxValue;

    /// <summary>Makes an empty queue.</summary>
    public DelayQueue()
    {
    }

    /// <summary>Makes an empty queue with room for items, so that inserting them allocates nothing.</summary>
    /// <param name="capacity">How many; zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is negative.</exception>
    public DelayQueue(int capacity) => EnsureCapacity(capacity);

    /// <summary>How many items wait.</summary>
    public int Count
    {
        get
        {
            using (_lock.EnterScope())
            {
                return _count;
            }
        }
    }

    /// <summary>Whether no item waits.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>How many items there is room for without allocating.</summary>
    public int Capacity
    {
        get
        {
            using (_lock.EnterScope())
            {
                return _nodes.Count;
            }
        }
    }

    /// <summary>Makes room for items. As Tokio's <c>reserve</c>.</summary>
    /// <param name="capacity">For how many altogether; zero or more.</param>
    /// <returns>The capacity, which may be more.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is negative.</exception>
    public int EnsureCapacity(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        using (_lock.EnterScope())
        {
            _nodes.EnsureCapacity(capacity);
            while (_nodes.Count < capacity)
            {
                _nodes.Add(new Node(this));
            }

            return _nodes.Count;
        }
    }

    /// <summary>Lets go of the room that no item needs now. As Tokio's <c>compact</c>; keys stay what they are.</summary>
    public void TrimExcess()
    {
        using (_lock.EnterScope())
        {
            _nodes.RemoveRange(_count, _nodes.Count - _count);
            _nodes.TrimExcess();
        }
    }

    /// <summary>Puts an item in that comes out after a time.</summary>
    /// <param name="value">The item.</param>
    /// <param name="delay">Zero or more, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <returns>Refers to the item.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    public DelayKey Insert(T value, TimeSpan delay) => InsertAt(value, Durations.FromNow(delay, "DelayQueue.Insert"));

    /// <summary>Puts an item in that comes out at a moment.</summary>
    /// <param name="value">The item.</param>
    /// <param name="deadline">The moment; a past one comes out at once.</param>
    /// <returns>Refers to the item.</returns>
    public DelayKey InsertAt(T value, Instant deadline)
    {
        using (_lock.EnterScope())
        {
            if (_count == _nodes.Count)
            {
                _nodes.Add(new Node(this));
            }

            Node node = _nodes[_count];
            node.Value = value;
            node.Index = _count++;
            Place(node, deadline);
            return new DelayKey(node);
        }
    }

    /// <summary>Takes an item out before its time.</summary>
    /// <param name="key">Its key.</param>
    /// <returns>The item.</returns>
    /// <exception cref="KeyNotFoundException">It has come out, or was taken out; or it is another queue's.</exception>
    public T Remove(DelayKey key) => TryRemove(key, out T? value)
        ? value
        : throw new KeyNotFoundException("The item of this key is not in this DelayQueue any more. TryRemove does not throw.");

    /// <summary>Takes an item out before its time, if it is still in.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="value">The item.</param>
    /// <returns>Whether it was in this queue.</returns>
    public bool TryRemove(DelayKey key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value)
    {
        using (_lock.EnterScope())
        {
            if (Find(key) is not { } node)
            {
                value = default;
                return false;
            }

            value = node.Value!;
            Take(node);
            return true;
        }
    }

    /// <summary>Gives an item another time.</summary>
    /// <param name="key">Its key, which stays.</param>
    /// <param name="delay">From now: zero or more, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    /// <exception cref="KeyNotFoundException">The item is not in this queue.</exception>
    public void Reset(DelayKey key, TimeSpan delay) => ResetAt(key, Durations.FromNow(delay, "DelayQueue.Reset"));

    /// <summary>Gives an item another moment.</summary>
    /// <param name="key">Its key, which stays.</param>
    /// <param name="deadline">The moment.</param>
    /// <exception cref="KeyNotFoundException">The item is not in this queue.</exception>
    public void ResetAt(DelayKey key, Instant deadline)
    {
        using (_lock.EnterScope())
        {
            Place(Require(key), deadline);
        }
    }

    /// <summary>When an item is due.</summary>
    /// <param name="key">Its key.</param>
    /// <returns>The moment.</returns>
    /// <exception cref="KeyNotFoundException">The item is not in this queue.</exception>
    public Instant GetDeadline(DelayKey key)
    {
        using (_lock.EnterScope())
        {
            return Require(key).Deadline;
        }
    }

    /// <summary>The item that comes out next.</summary>
    /// <param name="key">Its key.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryPeek(out DelayKey key)
    {
        using (_lock.EnterScope())
        {
            key = _count > 0 ? new DelayKey(_nodes[0]) : default;
            return _count > 0;
        }
    }

    /// <summary>Takes all items out.</summary>
    public void Clear()
    {
        using (_lock.EnterScope())
        {
            while (_count > 0)
            {
                Take(_nodes[_count - 1]);
            }
        }
    }

    /// <summary>Waits until the first item's time has come, and takes it out. Cancel safe.</summary>
    /// <returns>
    /// The item, or null when the queue is empty, or becomes so meanwhile; it may be asked again later. Awaiting throws
    /// <see cref="InvalidOperationException"/> outside any runtime, after its end, and while somebody else waits.
    /// </returns>
    [CancelSafe]
    public async Future<Expired<T>?> NextAsync()
    {
        while (true)
        {
            if (TryNext(out Expired<T>? next))
            {
                return next;
            }

            await _sleep;
        }
    }

    /// <summary>Enumerates the items as their time comes, until the queue is empty. For <c>await foreach</c>.</summary>
    /// <returns>The enumerator.</returns>
    public Enumerator GetAsyncEnumerator() => new(this);

    /// <inheritdoc/>
    IAsyncEnumerator<Expired<T>> IAsyncEnumerable<Expired<T>>.GetAsyncEnumerator(CancellationToken cancellationToken) =>
        new Enumerator(this, cancellationToken);

    // Whether there is an answer: an item, or none at all. If not, the sleep is set.
    private bool TryNext(out Expired<T>? next)
    {
        using (_lock.EnterScope())
        {
            next = null;
            if (_count == 0)
            {
                return true;
            }

            Node first = _nodes[0];
            if (first.Deadline > Instant.Now)
            {
                SetSleep(first.Deadline);
                return false;
            }

            next = new Expired<T>(first.Value!, first.Deadline);
            Take(first);
            return true;
        }
    }

    private Node? Find(DelayKey key) =>
        key.IsCurrent && key.Node is Node node && ReferenceEquals(node.Queue, this) && node.Index < _count ? node : null;

    private Node Require(DelayKey key) =>
        Find(key) ?? throw new KeyNotFoundException("The item of this key is not in this DelayQueue any more.");

    private void Place(Node node, Instant deadline)
    {
        node.Deadline = deadline;
        node.Order = _order++;
        SiftUp(node);
        SiftDown(node);
        SetSleep(_nodes[0].Deadline);
    }

    private void Take(Node node)
    {
        node.Value = default;
        node.Version++;
        Node last = _nodes[--_count];
        int hole = node.Index;
        Put(node, _count);
        if (!ReferenceEquals(node, last))
        {
            Put(last, hole);
            SiftUp(last);
            SiftDown(last);
        }

        SetSleep(_count > 0 ? _nodes[0].Deadline : Instant.MinValue);
    }

    // Mostly what comes first stays: then the timer need not move.
    private void SetSleep(Instant due)
    {
        if (due != _due)
        {
            _due = due;
            _sleep.Reset(due);
        }
    }

    private void SiftUp(Node node)
    {
        while (node.Index > 0 && _nodes[(node.Index - 1) / 2] is var parent && IsBefore(node, parent))
        {
            int index = node.Index;
            Put(node, parent.Index);
            Put(parent, index);
        }
    }

    private void SiftDown(Node node)
    {
        while ((node.Index * 2) + 1 < _count)
        {
            Node child = _nodes[(node.Index * 2) + 1];
            if (child.Index + 1 < _count && IsBefore(_nodes[child.Index + 1], child))
            {
                child = _nodes[child.Index + 1];
            }

            if (!IsBefore(child, node))
            {
                return;
            }

            int index = node.Index;
            Put(node, child.Index);
            Put(child, index);
        }
    }

    private void Put(Node node, int index)
    {
        _nodes[index] = node;
        node.Index = index;
    }

    private static bool IsBefore(Node node, Node other) =>
        node.Deadline < other.Deadline || (node.Deadline == other.Deadline && node.Order < other.Order);

    /// <summary>Enumerates a <see cref="DelayQueue{T}"/>.</summary>
    public sealed class Enumerator : IAsyncEnumerator<Expired<T>>
    {
        private readonly DelayQueue<T> _queue;
        private readonly CancellationToken _token;

        internal Enumerator(DelayQueue<T> queue, CancellationToken token = default)
        {
            _queue = queue;
            _token = token;
        }

        /// <summary>The item that came out last.</summary>
        public Expired<T> Current { get; private set; }

        /// <summary>Waits for the next item. Cancel safe.</summary>
        /// <returns>Whether there was one; if not, the queue is empty.</returns>
        [CancelSafe]
        public async Future<bool> MoveNextAsync()
        {
            if (await _queue.NextAsync() is { } next)
            {
                Current = next;
                return true;
            }

            return false;
        }

        /// <summary>Does nothing: the items stay in the queue.</summary>
        /// <returns>A future that is ready.</returns>
        public Future DisposeAsync() => Future.Completed;

        /// <inheritdoc/>
        ValueTask<bool> IAsyncEnumerator<Expired<T>>.MoveNextAsync() => _token.IsCancellationRequested
            ? ValueTask.FromCanceled<bool>(_token)
            : new ValueTask<bool>(MoveNextAsync().WithCancellation(_token).AsTask());

        /// <inheritdoc/>
        ValueTask IAsyncDisposable.DisposeAsync() => default;
    }

    private sealed class Node(DelayQueue<T> queue) : DelayNode(queue)
    {
        internal T? Value { get; set; }
    }
}
