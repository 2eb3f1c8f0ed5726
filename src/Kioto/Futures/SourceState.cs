namespace Kioto;

/// <summary>Where a future's source is in its life. Only the polling thread reads or writes it.</summary>
internal enum SourceState : byte
{
    /// <summary>Nothing has run yet: not polled, or not yet rented.</summary>
    Created,

    /// <summary>A strand has it, and has yet to poll it: for want of stack or budget, or because it polls elsewhere.</summary>
    Deferred,

    /// <summary>Running or suspended.</summary>
    Started,

    /// <summary>Has a result or a failure that nobody has taken yet.</summary>
    Done,

    /// <summary>No future's own: see <see cref="DirectSource{T}"/>. For ever.</summary>
    Direct,
}
