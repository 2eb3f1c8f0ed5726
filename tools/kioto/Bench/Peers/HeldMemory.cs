using System;

namespace Kioto.Tool.Bench;

/// <summary>What the managed heap holds more than before, garbage and pools apart.</summary>
internal readonly struct HeldMemory
{
    private readonly long _before;

    private HeldMemory(long before) => _before = before;

    public static HeldMemory Start()
    {
        // Pools let go of some of what they keep at each full collection.
        for (int i = 0; i < 12; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return new HeldMemory(GC.GetTotalMemory(forceFullCollection: true));
    }

    public long Stop() => Math.Max(0, GC.GetTotalMemory(forceFullCollection: true) - _before);
}
