using System;
using System.Threading;

namespace Kioto.Tests;

/// <summary>Takes dumps from outside a runtime until they show what a test is about.</summary>
internal static class Dumps
{
    internal static void WaitUntil(Func<bool> condition)
    {
        while (!condition())
        {
            Thread.Yield();
        }
    }

    internal static DeadlockDump WaitForDeadlock(Runtime runtime)
    {
        while (true)
        {
            if (runtime.Dump().Deadlocks is [var deadlock])
            {
                return deadlock;
            }

            Thread.Yield();
        }
    }

    /// <summary>Looks for deadlocks, in vain, while tasks run; then stops them and waits for their ends.</summary>
    /// <param name="runtime">Their runtime.</param>
    /// <param name="handles">The tasks.</param>
    /// <param name="stop">What they look at.</param>
    internal static void AssertNoDeadlock(Runtime runtime, JoinHandle[] handles, ref bool stop)
    {
        for (int i = 0; i < 300; i++)
        {
            Assert.Empty(runtime.Dump().Deadlocks);
        }

        Volatile.Write(ref stop, true);
        runtime.BlockOn(async () =>
        {
            foreach (JoinHandle handle in handles)
            {
                await handle;
            }
        });
    }
}
