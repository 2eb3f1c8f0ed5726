using System.Runtime.InteropServices;

namespace Kioto;

/// <summary>The C library's <c>struct timespec</c> on 64-bit systems.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Timespec(long nanoseconds)
{
    internal readonly long Seconds = nanoseconds / 1_000_000_000;
    internal readonly long Nanoseconds = nanoseconds % 1_000_000_000;
}
