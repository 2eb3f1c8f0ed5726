using System;
using System.Collections.Generic;
using System.Diagnostics;

namespace Kioto;

/// <summary>The blocking pools of a runtime. One has threads only once something was spawned onto it.</summary>
internal sealed class BlockingPools
{
    // Few: looking through them costs less than a dictionary. The default one is the first.
    private readonly BlockingPool[] _pools;

    internal BlockingPools(RuntimeScheduler scheduler, RuntimeOptions options)
    {
        List<BlockingPoolOptions> all = [new(BlockingPoolOptions.DefaultName, options.MaxBlockingThreads, options.MaxBlockingQueue)];
        all.AddRange(options.BlockingPools);
        if (!all.Exists(pool => pool.Name == BlockingPoolOptions.CpuName))
        {
            all.Add(new BlockingPoolOptions(BlockingPoolOptions.CpuName, Environment.ProcessorCount, Queue: null));
        }

        _pools = new BlockingPool[all.Count];
        for (int i = 0; i < _pools.Length; i++)
        {
            BlockingCrew crew = new(scheduler, all[i], options.ThreadName, options.ThreadKeepAlive) { Index = i };
            _pools[i] = new BlockingPool(scheduler, crew);
        }

        Default = _pools[0].Crew;
        All = Array.AsReadOnly(_pools);
    }

    internal BlockingCrew Default { get; }

    internal IReadOnlyList<BlockingPool> All { get; }

    /// <summary>The pool of this name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The pool.</returns>
    /// <exception cref="ArgumentException">There is none.</exception>
    internal BlockingPool Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach (BlockingPool pool in _pools)
        {
            if (pool.Name == name)
            {
                return pool;
            }
        }

        throw new ArgumentException(
            $"This runtime has no blocking pool \"{name}\". It has: {string.Join(", ", (object[])_pools)}. " +
            "Others are made with RuntimeBuilder.BlockingPool(name, threads).",
            nameof(name));
    }

    /// <summary>Completes a closure as aborted if it waits in its pool.</summary>
    /// <param name="work">The closure.</param>
    /// <returns>Whether it did.</returns>
    internal bool TryAbort(IBlockingWork work) => _pools[work.Pool].Crew.TryAbort(work);

    internal void Close()
    {
        foreach (BlockingPool pool in _pools)
        {
            pool.Crew.Close();
        }
    }

    /// <summary>Waits for the end of mandatory closures, after <see cref="Close"/>.</summary>
    /// <param name="timeout">The longest wait, for all pools together.</param>
    /// <returns>Whether all have ended.</returns>
    internal bool WaitForMandatory(TimeSpan timeout)
    {
        long start = Stopwatch.GetTimestamp();
        bool ended = true;
        foreach (BlockingPool pool in _pools)
        {
            TimeSpan left = timeout - Stopwatch.GetElapsedTime(start);
            ended &= pool.Crew.WaitForMandatory(left < TimeSpan.Zero ? TimeSpan.Zero : left);
        }

        return ended;
    }
}
