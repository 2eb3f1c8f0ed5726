using System.Runtime.InteropServices;

namespace Kioto;

/// <summary>Which processors a thread may run on.</summary>
internal static unsafe partial class Libc
{
    /// <summary>Asks where a thread may run.</summary>
    /// <param name="thread">The thread's id; the process's id for its first thread.</param>
    /// <param name="bytes">The size of the mask.</param>
    /// <param name="mask">One bit a processor.</param>
    /// <returns>0, or -1.</returns>
    [DllImport(Library, EntryPoint = "sched_getaffinity")]
    internal static extern int GetAffinity(int thread, nint bytes, ulong* mask);

    /// <summary>Says where a thread may run.</summary>
    /// <param name="thread">The thread's id; 0 for the calling thread.</param>
    /// <param name="bytes">The size of the mask.</param>
    /// <param name="mask">One bit a processor.</param>
    /// <returns>0, or -1.</returns>
    [DllImport(Library, EntryPoint = "sched_setaffinity")]
    internal static extern int SetAffinity(int thread, nint bytes, ulong* mask);
}
