using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>Finds the source of an event by its place and generation.</summary>
/// <remarks>
/// INVARIANT: changed under the lock; read without it by whoever holds the driver. A place is reused with a new
/// generation, so an event that was already on its way for the former user of the place finds nothing.
/// </remarks>
internal sealed class IoTable
{
    private readonly Lock _lock = new();
    private readonly Stack<int> _free = new();
    private IoSource?[] _sources = new IoSource?[64];
    private int _used;
    private uint _generation;
    private bool _closed;
    private long _added;
    private long _removed;

    /// <summary>How many sources were added and removed.</summary>
    /// <param name="ready">How many events there were.</param>
    /// <returns>The figures together.</returns>
    internal IoCounts Counts(long ready)
    {
        using (_lock.EnterScope())
        {
            return new IoCounts(_added, _removed, ready);
        }
    }

    internal bool TryAdd(IoSource source)
    {
        using (_lock.EnterScope())
        {
            if (_closed)
            {
                return false;
            }

            if (!_free.TryPop(out int slot))
            {
                slot = _used++;
                if (slot == _sources.Length)
                {
                    IoSource?[] larger = new IoSource?[_sources.Length * 2];
                    _sources.CopyTo(larger, 0);
                    Volatile.Write(ref _sources, larger); // ORDERING: release of the copy.
                }
            }

            source.Slot = slot;
            source.Generation = ++_generation & 0x7FFF_FFFF; // Never the driver's own token.
            Volatile.Write(ref _sources[slot], source); // ORDERING: release of the two fields.
            _added++;
            return true;
        }
    }

    internal void Remove(IoSource source)
    {
        using (_lock.EnterScope())
        {
            if (ReferenceEquals(_sources[source.Slot], source))
            {
                _sources[source.Slot] = null;
                _free.Push(source.Slot);
                _removed++;
            }
        }
    }

    internal IoSource? Find(int slot, uint generation)
    {
        IoSource?[] sources = Volatile.Read(ref _sources); // ORDERING: acquire, pairs with TryAdd.
        IoSource? source = (uint)slot < (uint)sources.Length ? Volatile.Read(ref sources[slot]) : null;
        return source?.Generation == generation ? source : null;
    }

    /// <summary>Refuses new sources.</summary>
    /// <returns>Those that are registered now.</returns>
    internal List<IoSource> Close()
    {
        using (_lock.EnterScope())
        {
            _closed = true;
            List<IoSource> alive = [];
            foreach (IoSource? source in _sources)
            {
                if (source is not null)
                {
                    alive.Add(source);
                }
            }

            return alive;
        }
    }
}
