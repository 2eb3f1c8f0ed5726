using System;

namespace Kioto;

/// <summary>A token that a shutdown cancels, and whose callbacks it thereby runs.</summary>
/// <param name="closure">The blocking closure whose token it is; null for the runtime's.</param>
/// <param name="cancel">Cancels it. What callbacks throw it reports.</param>
internal sealed class TokenCallback(TaskHeader? closure, Action cancel)
{
    internal TaskHeader? Closure { get; } = closure;

    internal string Name => Closure is null ? "a callback of ShutdownToken" : "a callback of the closure's token";

    internal void Cancel() => cancel();
}
