using System;

namespace Kioto;

/// <summary>Which events somebody listens to. The values are the keywords of <see cref="KiotoEventSource"/>.</summary>
[Flags]
internal enum EventKinds
{
    None = 0,

    /// <summary>Runtimes begin and end.</summary>
    Runtimes = 1,

    /// <summary>Tasks are spawned and end.</summary>
    Tasks = 2,

    /// <summary>Polls begin and end.</summary>
    Polls = 4,

    /// <summary>Tasks are woken.</summary>
    Wakes = 8,

    /// <summary>What tasks wait for.</summary>
    Resources = 16,

    /// <summary>Tasks that are stuck, and failures that nobody observes.</summary>
    Problems = 32,
}
