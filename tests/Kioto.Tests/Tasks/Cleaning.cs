using System;
using System.Threading;

namespace Kioto.Tests;

/// <summary>Tasks that wait for ever, and whose cleanup waits too; it counts those that have begun and have cleaned up.</summary>
internal sealed class Cleaning
{
    private int _begun;
    private int _cleaned;

    internal int Cleaned => Volatile.Read(ref _cleaned);

    internal async Future<int> Run(Action? whenClean = null)
    {
        Interlocked.Increment(ref _begun);
        try
        {
            await GroupBodies.Never();
            return 0;
        }
        finally
        {
            await Kio.YieldNow();
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            Interlocked.Increment(ref _cleaned);
            whenClean?.Invoke();
        }
    }

    internal Future Begun(int count) => Expect.Until(() => Volatile.Read(ref _begun) == count);
}
