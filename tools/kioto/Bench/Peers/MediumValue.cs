using System.Runtime.CompilerServices;

namespace Kioto.Tool.Bench;

/// <summary>512 bytes.</summary>
[InlineArray(64)]
internal struct MediumValue
{
    private long _first;
}
