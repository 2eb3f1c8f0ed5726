#pragma warning disable CS0649, CS0169 // The fields are reached through a pointer to the first one.

namespace ModelChecking;

/// <summary>One managed reference; an element of <see cref="LocationSlots"/>.</summary>
internal ref struct LocationSlot
{
    internal ref byte Target;
}

/// <summary>Sixteen slots.</summary>
internal ref struct LocationSlots16
{
    internal LocationSlot S0, S1, S2, S3, S4, S5, S6, S7, S8, S9, S10, S11, S12, S13, S14, S15;
}

/// <summary>
/// The managed references behind <see cref="Locations"/>. C# has no array of references, and inline arrays cannot
/// hold them either, so the fields are spelled out.
/// </summary>
internal ref struct LocationSlots
{
    internal const int Capacity = 16 * 32;

    internal LocationSlots16 B0, B1, B2, B3, B4, B5, B6, B7, B8, B9, B10, B11, B12, B13, B14, B15;
    internal LocationSlots16 C0, C1, C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12, C13, C14, C15;
}
