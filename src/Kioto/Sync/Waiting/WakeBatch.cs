using System.Buffers;
using System.Runtime.CompilerServices;

namespace Kioto.Sync;

/// <summary>Who is to be woken: collected under a lock, called after it has been released.</summary>
internal ref struct WakeBatch
{
    private Few _few;
    private WakeTarget?[]? _many;
    private int _count;

    /// <summary>Adds one.</summary>
    /// <param name="target">Whom to wake.</param>
    internal void Add(WakeTarget? target)
    {
        if (target is null)
        {
            return;
        }

        if (_count < Few.Size)
        {
            _few[_count++] = target;
        }
        else
        {
            AddToMany(target);
        }
    }

    /// <summary>Wakes them all, in the order in which they were added. Not under a lock.</summary>
    internal void WakeAll()
    {
        for (int i = 0; i < _count && i < Few.Size; i++)
        {
            _few[i]!.Wake();
        }

        if (_many is not null)
        {
            WakeMany(_many);
        }
    }

    private readonly void WakeMany(WakeTarget?[] many)
    {
        for (int i = 0; i < _count - Few.Size; i++)
        {
            many[i]!.Wake();
        }

        ArrayPool<WakeTarget?>.Shared.Return(many, clearArray: true);
    }

    private void AddToMany(WakeTarget target)
    {
        int index = _count - Few.Size;
        if (_many is null)
        {
            _many = ArrayPool<WakeTarget?>.Shared.Rent(64);
        }
        else if (index == _many.Length)
        {
            WakeTarget?[] more = ArrayPool<WakeTarget?>.Shared.Rent(2 * index);
            System.Array.Copy(_many, more, index);
            ArrayPool<WakeTarget?>.Shared.Return(_many, clearArray: true);
            _many = more;
        }

        _many[index] = target;
        _count++;
    }

    [InlineArray(Size)]
    private struct Few
    {
        internal const int Size = 4;
        private WakeTarget? _first;
    }
}
