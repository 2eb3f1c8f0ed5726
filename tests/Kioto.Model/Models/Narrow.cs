using System;
using System.Collections;
using System.Collections.Generic;

namespace Kioto.ModelTests;

/// <summary>A collection with room for so many, and what it was asked to add.</summary>
internal sealed class Narrow(int room) : ICollection<int>
{
    internal List<int> Items { get; } = [];

    public int Count => Items.Count;

    public bool IsReadOnly => false;

    public void Add(int item)
    {
        if (Count == room)
        {
            throw new NotSupportedException();
        }

        Items.Add(item);
    }

    public void Clear() => Items.Clear();

    public bool Contains(int item) => Items.Contains(item);

    public void CopyTo(int[] array, int arrayIndex) => Items.CopyTo(array, arrayIndex);

    public bool Remove(int item) => Items.Remove(item);

    public IEnumerator<int> GetEnumerator() => Items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
