using System;

namespace Kioto;

/// <summary>Hooks for workers that go to sleep, or stop.</summary>
internal sealed class ThreadHooks(Action? onPark, Action? onStop)
{
    internal bool ObservesParking => onPark is not null;

    internal void Parking(int worker) => onPark!();

    internal void Unparked(int worker)
    {
    }

    internal void Stopping(int worker) => onStop?.Invoke();
}
