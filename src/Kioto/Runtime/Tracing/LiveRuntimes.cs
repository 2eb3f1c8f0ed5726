using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>The runtimes of the process that have not ended, weakly: for listeners, who want all of them.</summary>
internal static class LiveRuntimes
{
    private static readonly Lock s_lock = new();

    // INVARIANT: guarded by the lock.
    private static readonly List<WeakReference<RuntimeScheduler>> s_runtimes = [];

    /// <summary>A runtime has been built: from now on listeners find it.</summary>
    /// <param name="runtime">The runtime.</param>
    internal static void Add(RuntimeScheduler runtime)
    {
        KiotoMeter.Ensure();
        KiotoEventSource log = KiotoEventSource.Log;
        using (s_lock.EnterScope())
        {
            runtime.DisplayName = Unique(runtime);
            s_runtimes.Add(new WeakReference<RuntimeScheduler>(runtime));
        }

        runtime.RefreshObserver();
        if ((KiotoEventSource.Kinds & EventKinds.Runtimes) != 0)
        {
            log.RuntimeStarted(runtime.TraceId, runtime.DisplayName, runtime.Options.Flavor.ToString(), runtime.Options.WorkerThreads);
        }
    }

    /// <summary>A runtime has ended.</summary>
    /// <param name="runtime">The runtime.</param>
    internal static void Remove(RuntimeScheduler runtime)
    {
        using (s_lock.EnterScope())
        {
            s_runtimes.RemoveAll(each => !each.TryGetTarget(out RuntimeScheduler? target) || ReferenceEquals(target, runtime));
        }

        if ((KiotoEventSource.Kinds & EventKinds.Runtimes) != 0)
        {
            KiotoEventSource.Log.RuntimeStopped(runtime.TraceId);
        }
    }

    /// <summary>Those that live at this moment.</summary>
    /// <returns>The runtimes.</returns>
    internal static List<RuntimeScheduler> Snapshot()
    {
        List<RuntimeScheduler> alive = [];
        using (s_lock.EnterScope())
        {
            foreach (WeakReference<RuntimeScheduler> each in s_runtimes)
            {
                if (each.TryGetTarget(out RuntimeScheduler? runtime))
                {
                    alive.Add(runtime);
                }
            }
        }

        return alive;
    }

    /// <summary>Listeners have come or gone: every runtime looks anew what it is to tell.</summary>
    internal static void Refresh()
    {
        foreach (RuntimeScheduler runtime in Snapshot())
        {
            runtime.RefreshObserver();
        }
    }

    // Precondition: the lock is held. Series of two runtimes are not to be taken for one.
    private static string Unique(RuntimeScheduler runtime)
    {
        if (runtime.Options.Name is not { } name)
        {
            return $"kioto-{runtime.Handle.Id}";
        }

        foreach (WeakReference<RuntimeScheduler> each in s_runtimes)
        {
            if (each.TryGetTarget(out RuntimeScheduler? other) && other.DisplayName == name)
            {
                return $"{name}-{runtime.Handle.Id}";
            }
        }

        return name;
    }
}
