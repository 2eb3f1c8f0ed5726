using System.Threading;

namespace Kioto;

/// <summary>Starts the threads of a runtime. All are background threads: the process can always exit.</summary>
internal static class Threads
{
    internal static Thread Start(ThreadStart body, string name)
    {
        Thread thread = new(body) { IsBackground = true, Name = name };

        // Without the starter's ExecutionContext: what flows, flows into tasks.
        thread.UnsafeStart();
        return thread;
    }
}
