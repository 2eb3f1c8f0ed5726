using System.Collections.Generic;

namespace Kioto;

/// <summary>Something that holds tasks together, and is waited on until they end: it says for a dump which have not.</summary>
internal interface ITaskHolder
{
    /// <summary>Adds the tasks that were started and have not ended, at this moment. Any thread.</summary>
    /// <param name="tasks">Where to.</param>
    /// <param name="most">How many it looks at.</param>
    /// <returns>False if there are more than it has looked at.</returns>
    bool TryAddRunning(List<WakeTarget> tasks, int most);
}
