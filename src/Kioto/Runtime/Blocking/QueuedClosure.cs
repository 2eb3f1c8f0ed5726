namespace Kioto;

/// <summary>A blocking closure that waits for a thread of its pool.</summary>
/// <param name="Work">The closure.</param>
/// <param name="WaitedMillis">For how long it has waited.</param>
internal readonly record struct QueuedClosure(IBlockingWork Work, uint WaitedMillis);
