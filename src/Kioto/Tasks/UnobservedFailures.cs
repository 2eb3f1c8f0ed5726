using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>Failures that the garbage collector found unobserved, on their way from its finalizer to their runtimes.</summary>
/// <remarks>One thread reports them in their order, and ends when there are none: a process without failures has none.</remarks>
internal static class UnobservedFailures
{
    private static readonly Lock s_lock = new();

    // INVARIANT: guarded by the lock, as is whether a thread takes from it.
    private static readonly Queue<FailureHolder> s_queue = new();
    private static bool s_draining;

    internal static void Enqueue(FailureHolder failure)
    {
        using (s_lock.EnterScope())
        {
            s_queue.Enqueue(failure);
            if (s_draining)
            {
                return;
            }

            s_draining = true;
        }

        Threads.Start(Drain, "kioto-failures");
    }

    private static void Drain()
    {
        while (true)
        {
            FailureHolder? failure;
            using (s_lock.EnterScope())
            {
                if (!s_queue.TryDequeue(out failure))
                {
                    s_draining = false;
                    return;
                }
            }

            failure.Report();
        }
    }
}
