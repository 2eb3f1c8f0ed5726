using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Kioto.Tool.Bench;

/// <summary>CPU time of a process in nanoseconds. .NET's own properties count in ticks of the kernel's accounting.</summary>
internal static unsafe class CpuClock
{
    private const int ProcessCpuTimeClock = 2;

    /// <summary>CPU time of this process, all threads together.</summary>
    public static long OfThisProcess() => Read(ProcessCpuTimeClock);

    /// <summary>CPU time of another process. The clock's id is what <c>clock_getcpuclockid</c> makes of a process id.</summary>
    public static long OfProcess(int processId) => Read((~processId << 3) | ProcessCpuTimeClock);

    private static long Read(int clock)
    {
        Timespec time;

        // SAFETY: the call fills the struct on our stack and keeps nothing.
        return clock_gettime(clock, &time) == 0
            ? (time.Seconds * 1_000_000_000) + time.Nanoseconds
            : throw new Win32Exception(Marshal.GetLastPInvokeError(), "no CPU clock of this process");
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int clock_gettime(int clock, Timespec* time);

    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
