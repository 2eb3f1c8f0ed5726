using System.Runtime.InteropServices;

namespace Kioto;

/// <summary>struct iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    internal void* Start;
    internal nint Length;
}
