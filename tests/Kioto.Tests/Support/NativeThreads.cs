using System;
using System.IO;

namespace Kioto.Tests;

/// <summary>Asks the kernel for the threads of this process.</summary>
internal static class NativeThreads
{
    /// <summary>How many threads there are whose names begin so. The kernel keeps 15 characters of a name.</summary>
    internal static int Count(string prefix)
    {
        int count = 0;
        foreach (string thread in Directory.GetDirectories("/proc/self/task"))
        {
            try
            {
                count += File.ReadAllText(Path.Combine(thread, "comm")).StartsWith(prefix, StringComparison.Ordinal) ? 1 : 0;
            }
            catch (IOException)
            {
                // It has ended in the meantime.
            }
        }

        return count;
    }
}
