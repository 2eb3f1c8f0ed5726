using System;

namespace Kioto;

/// <summary>Where a runtime waits for the outside world. One thread at a time holds it; any thread may unpark it.</summary>
internal abstract class Driver : IDisposable
{
    /// <summary>The name for users: "epoll", "portable".</summary>
    internal abstract string Name { get; }

    /// <summary>What it has counted. Any thread, also after its end.</summary>
    internal virtual IoCounts Counts => default;

    /// <summary>How many events one <see cref="Wait"/> takes at most, if not fewer are its own bound. INVARIANT: written by who holds the driver.</summary>
    internal int MostEvents { get; set; } = int.MaxValue;

    /// <summary>Waits for events and wakes who waits for them. Only while holding the driver. May return for nothing.</summary>
    /// <param name="timeoutNanos">The longest wait: 0 only looks, negative is for ever.</param>
    internal abstract void Wait(long timeoutNanos);

    /// <summary>Makes the current or the next <see cref="Wait"/> return. Any thread.</summary>
    internal abstract void Unpark();

    /// <summary>Wakes everybody who waits; their operations fail from now on. Somebody may still be in <see cref="Wait"/>.</summary>
    internal abstract void Close();

    /// <summary>Gives the descriptors back. Once, after <see cref="Close"/> and after all polling has ended.</summary>
    public abstract void Dispose();
}
