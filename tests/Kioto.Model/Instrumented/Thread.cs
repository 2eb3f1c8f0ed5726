using ModelChecking;
using Real = System.Threading.Thread;

namespace Kioto;

/// <summary>Takes the place of <see cref="Real"/> where code spins. Starting threads is the model's business.</summary>
internal static class Thread
{
    public static void SpinWait(int iterations) => Wait();

    public static bool Yield()
    {
        Wait();
        return true;
    }

    public static void Sleep(int millisecondsTimeout) => Wait();

    public static void MemoryBarrier() => Interlocked.MemoryBarrier();

    /// <summary>However long a thread waits, a scheduler may make it longer, so all waits without a condition are alike.</summary>
    private static void Wait()
    {
        if (ModelThread.Current is { } thread)
        {
            thread.Execution.Yield(thread);
            thread.Execution.Trace?.Add(thread, "spin");
        }
        else
        {
            Real.Yield();
        }
    }
}
