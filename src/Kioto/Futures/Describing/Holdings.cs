using System.Collections.Generic;

namespace Kioto;

/// <summary>Who holds permits of what, as far as guards know: read when the first primitive asks, once for a dump.</summary>
internal sealed class Holdings
{
    /// <summary>By what gave the permits; null until somebody has read them.</summary>
    internal Dictionary<object, List<(WakeTarget? Holder, long Permits)>>? ByOwner { get; set; }
}
