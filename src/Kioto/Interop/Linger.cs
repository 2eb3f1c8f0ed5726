using System.Runtime.InteropServices;

namespace Kioto;

/// <summary>struct linger.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Linger
{
    internal int IsOn;
    internal int Seconds;
}
