using System;
using System.Collections.Generic;

namespace Kioto;

/// <summary>What a leaf says of itself for a dump: what it is, what it waits on, and the strands that it holds.</summary>
/// <remarks>
/// It is filled in by a thread that does not poll the leaf, which may complete, and serve another await, meanwhile: so
/// <c>Describe</c> bears nulls, changes nothing, takes no lock for long, and what it said counts only if the leaf's
/// version has not changed until afterwards.
/// </remarks>
internal sealed class LeafDescription
{
    /// <summary>What is awaited, in words: <c>Mutex&lt;Account&gt;.LockAsync</c>.</summary>
    internal string What { get; private set; } = "nothing";

    /// <summary>Which one: a socket's address, what is left of a sleep; or null.</summary>
    internal string? Detail { get; set; }

    /// <summary>The shared object that is waited on, or null. Several that wait on the same one are shown as such.</summary>
    internal object? Resource { get; set; }

    /// <summary>Its place among those that wait on the object, or null: as <see cref="Party.Place"/>.</summary>
    internal object? Place { get; set; }

    /// <summary>Whether the wait ends after some time, whatever its strands wait for.</summary>
    internal bool EndsInTime { get; set; }

    /// <summary>Which tasks of the <see cref="Resource"/> must end for the wait to end, where it holds some.</summary>
    internal NeededEnds Needs { get; set; }

    /// <summary>Who alone can end the wait, when that is known: the owner of a lock, a task that is joined.</summary>
    internal WakeTarget? Owner { get; private set; }

    /// <summary>The strands that the leaf polls in turn, with their labels.</summary>
    internal List<(string Label, Strand Strand)>? Strands { get; private set; }

    internal void Set(string what, object? resource = null, string? detail = null)
    {
        What = what;
        Resource = resource;
        Detail = detail;
    }

    /// <summary>Names what is awaited by a type and its method.</summary>
    /// <param name="type">The type.</param>
    /// <param name="method">The method.</param>
    /// <param name="resource">The object.</param>
    internal void Set(Type type, string method, object? resource) => Set($"{TypeNames.Of(type)}.{method}", resource);

    /// <summary>Says who alone can end the wait.</summary>
    /// <param name="owner">The task, or null when it is not known.</param>
    internal void WaitFor(WakeTarget? owner) => Owner = owner?.Poller;

    /// <summary>Names a strand that the leaf polls.</summary>
    /// <param name="label">Its place or role.</param>
    /// <param name="strand">Perhaps a strand; anything else is left out.</param>
    internal void Add(string label, object? strand)
    {
        if (strand is Strand known)
        {
            (Strands ??= []).Add((label, known));
        }
    }
}
