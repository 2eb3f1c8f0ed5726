using System.Runtime.CompilerServices;

namespace Kioto.Tool.Bench;

/// <summary>32 KiB.</summary>
[InlineArray(64)]
internal struct LargeValue
{
    private MediumValue _first;
}
