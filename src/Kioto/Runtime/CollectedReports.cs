using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>What the garbage collector has found, on its way from the finalizers to whom it concerns.</summary>
/// <remarks>One thread reports in the order of finding, and ends when there is nothing: a process without failures has none.</remarks>
internal static class CollectedReports
{
    private static readonly Lock s_lock = new();

    // INVARIANT: guarded by the lock, as is whether a thread takes from it.
    private static readonly Queue<ICollectedReport> s_queue = new();
    private static bool s_draining;

    internal static void Enqueue(ICollectedReport found)
    {
        using (s_lock.EnterScope())
        {
            s_queue.Enqueue(found);
            if (s_draining)
            {
                return;
            }

            s_draining = true;
        }

        Threads.Start(Drain, "kioto-reports");
    }

    private static void Drain()
    {
        while (true)
        {
            ICollectedReport? found;
            using (s_lock.EnterScope())
            {
                if (!s_queue.TryDequeue(out found))
                {
                    s_draining = false;
                    return;
                }
            }

            found.Report();
        }
    }
}
