using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>Figures of ended tasks by where they were spawned. As many entries as the program has such places.</summary>
/// <remarks>
/// And names for tasks there: a program that makes a name for each connection would have an entry for each, for ever.
/// From some number on, tasks with names that are new are counted as the place's tasks without a name.
/// </remarks>
internal sealed class SpawnSiteTable
{
    internal const int MostWithNames = 1000;

    private readonly Lock _lock = new();

    // INVARIANT: guarded by the lock.
    private readonly Dictionary<SpawnSite, SpawnSiteMetrics> _sites = [];
    private long _names;

    internal void Add(SpawnSite site, in TaskMetrics task)
    {
        using (_lock.EnterScope())
        {
            if (!_sites.TryGetValue(site, out SpawnSiteMetrics known) && site.Name is not null && ++_names > MostWithNames)
            {
                site = new SpawnSite(site.File, site.Line);
                known = _sites.GetValueOrDefault(site);
            }

            _sites[site] = new SpawnSiteMetrics { Site = site, TaskCount = known.TaskCount + 1, Tasks = known.Tasks.Plus(task) };
        }
    }

    internal IReadOnlyList<SpawnSiteMetrics> Snapshot()
    {
        using (_lock.EnterScope())
        {
            return [.. _sites.Values];
        }
    }
}
