using System;

namespace Kioto.Sync;

/// <summary>Whether locks remember who got them by trying.</summary>
/// <remarks>
/// Who awaits a lock has its task at hand; who tries would have to ask for it, which costs about as much as the lock. So
/// a process asks for it, by the switch <c>Kioto.Sync.TrackTryLocks</c>: compiled code has no trace of it else.
/// </remarks>
internal static class TryHolders
{
    private static readonly bool s_tracked = AppContext.TryGetSwitch("Kioto.Sync.TrackTryLocks", out bool on) && on;

    internal static bool Tracked => s_tracked;

    /// <summary>The task that this thread polls, if any.</summary>
    internal static WakeTarget? Current => Ambient.Current.Strand?.Target;
}
