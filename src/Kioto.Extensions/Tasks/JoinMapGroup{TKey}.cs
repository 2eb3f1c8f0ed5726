using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>The tasks of a join map, and which of them has a key.</summary>
/// <typeparam name="TKey">The type of the keys.</typeparam>
/// <remarks>INVARIANT: the lock on the keys may be taken under that of the group, and never the other way round.</remarks>
internal sealed class JoinMapGroup<TKey>(IEqualityComparer<TKey>? comparer) : JoinSetGroup(NoLimit, discards: false)
    where TKey : notnull
{
    private readonly Lock _keyLock = new();

    // INVARIANT: guarded by the lock on the keys; whose result is to be returned under a key.
    private readonly Dictionary<TKey, KeyedMember<TKey>> _byKey = new(comparer);

    internal int KeyCount
    {
        get
        {
            using (_keyLock.EnterScope())
            {
                return _byKey.Count;
            }
        }
    }

    internal TKey[] Keys
    {
        get
        {
            using (_keyLock.EnterScope())
            {
                return [.. _byKey.Keys];
            }
        }
    }

    internal KeyedMember<TKey>? Find(TKey key)
    {
        using (_keyLock.EnterScope())
        {
            return _byKey.GetValueOrDefault(key);
        }
    }

    /// <summary>The tasks of some keys.</summary>
    /// <param name="predicate">Says of which; it must not use the map.</param>
    /// <returns>They.</returns>
    internal List<KeyedMember<TKey>> FindMatching(Predicate<TKey> predicate)
    {
        List<KeyedMember<TKey>> members = [];
        using (_keyLock.EnterScope())
        {
            foreach ((TKey key, KeyedMember<TKey> member) in _byKey)
            {
                if (predicate(key))
                {
                    members.Add(member);
                }
            }
        }

        return members;
    }

    /// <summary>Takes a new task in, in the place of the one that its key has, and starts it.</summary>
    /// <param name="member">A member that nobody has seen; its task was not started.</param>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    /// <exception cref="BlockingQueueFullException">It is a closure, and its pool is full. The key has what it had.</exception>
    internal void SpawnKeyed(KeyedMember<TKey> member)
    {
        KeyedMember<TKey>? replaced;
        using (_keyLock.EnterScope())
        {
            _byKey.TryGetValue(member.Key, out replaced);
            _byKey[member.Key] = member; // Before it is spawned: its result may be taken at once.
        }

        try
        {
            Spawn(member);
        }
        catch
        {
            TakeBackKey(member, replaced);
            throw;
        }

        replaced?.Replace();
    }

    /// <summary>The result of a member was taken: its key has no task now.</summary>
    /// <param name="member">The member.</param>
    /// <returns>False if it had lost its key to another one.</returns>
    internal bool TryRemove(KeyedMember<TKey> member)
    {
        using (_keyLock.EnterScope())
        {
            member.IsOut = true;
            return RemoveIfCurrent(member);
        }
    }

    internal override void OnLetGo(GroupMember member) => TryRemove((KeyedMember<TKey>)member);

    private protected override ObjectDisposedException Closed() =>
        new("JoinMap", "The map was disposed: it takes no more tasks. Spawn before it is disposed, or make a new one.");

    // It has not been started. The one that it was to replace has its key again, if it is still there.
    private void TakeBackKey(KeyedMember<TKey> member, KeyedMember<TKey>? replaced)
    {
        using (_keyLock.EnterScope())
        {
            if (RemoveIfCurrent(member) && replaced is { IsOut: false })
            {
                _byKey[member.Key] = replaced;
            }
        }
    }

    // Under the lock on the keys.
    private bool RemoveIfCurrent(KeyedMember<TKey> member) =>
        _byKey.TryGetValue(member.Key, out KeyedMember<TKey>? current) && ReferenceEquals(current, member) && _byKey.Remove(member.Key);
}
