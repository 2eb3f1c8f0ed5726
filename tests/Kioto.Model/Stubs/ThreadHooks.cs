using System;

namespace Kioto;

/// <summary>One hook, for workers that go to sleep.</summary>
internal sealed class ThreadHooks(Action onPark)
{
    internal bool ObservesParking => true;

    internal void Parking(int worker) => onPark();

    internal void Unparked(int worker)
    {
    }

    internal void Stopping(int worker)
    {
    }
}
