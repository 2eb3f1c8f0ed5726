namespace Kioto;

/// <summary>One future that drives a local set: its root task, and whom to wake so that it polls the set again.</summary>
internal sealed class LocalSetDriver(TaskHeader root)
{
    internal TaskHeader Root { get; } = root;

    /// <summary>INVARIANT: written by the set's thread; guarded by the set's lock.</summary>
    internal WakeTarget? Waker { get; set; }
}
