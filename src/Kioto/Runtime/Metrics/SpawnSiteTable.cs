using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>Figures of ended tasks by where they were spawned. As many entries as the program has such places.</summary>
internal sealed class SpawnSiteTable
{
    private readonly Lock _lock = new();

    // INVARIANT: guarded by the lock.
    private readonly Dictionary<SpawnSite, SpawnSiteMetrics> _sites = [];

    internal void Add(SpawnSite site, in TaskMetrics task)
    {
        using (_lock.EnterScope())
        {
            SpawnSiteMetrics known = _sites.GetValueOrDefault(site);
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
