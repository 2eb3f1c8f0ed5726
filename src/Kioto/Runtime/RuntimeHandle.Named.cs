using System;

namespace Kioto;

public sealed partial class RuntimeHandle
{
    /// <summary>Spawns onto this runtime with a name. See <see cref="Kio.Named"/>.</summary>
    /// <param name="name">The name; it need not be unique.</param>
    /// <returns>What spawns.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ArgumentNullException">The name is null.</exception>
    public TaskBuilder Named(string name) => new(name, Scheduler);
}
