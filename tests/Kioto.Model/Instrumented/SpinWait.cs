using System;

namespace Kioto;

/// <summary>Takes the place of <see cref="System.Threading.SpinWait"/>.</summary>
internal struct SpinWait
{
    // The real one is at 10. Every turn multiplies the schedules, and code that counts turns behaves no differently.
    private const int YieldThreshold = 2;

    public int Count { get; private set; }

    public readonly bool NextSpinWillYield => Count >= YieldThreshold;

    public void SpinOnce() => SpinOnce(-1);

    public void SpinOnce(int sleep1Threshold)
    {
        Count++;
        Thread.Yield();
    }

    public void Reset() => Count = 0;

    public static void SpinUntil(Func<bool> condition)
    {
        while (!condition())
        {
            Thread.Yield();
        }
    }
}
