using System;

namespace Kioto;

public static partial class Kio
{
    /// <summary>
    /// Spawns with a name: <c>Kio.Named("accept").Spawn(...)</c>. Dumps, reports of stuck tasks, failures and stragglers,
    /// hooks and spans show it. As Tokio's <c>task::Builder::name</c>.
    /// </summary>
    /// <param name="name">The name; it need not be unique.</param>
    /// <returns>What spawns, onto the runtime, or the local set, that is the current one then.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ArgumentNullException">The name is null.</exception>
    public static TaskBuilder Named(string name) => new(name, null);
}
