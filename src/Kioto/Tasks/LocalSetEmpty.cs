namespace Kioto;

/// <summary>Ready when a local set has no tasks but those that drive it.</summary>
internal sealed class LocalSetEmpty(LocalSetScheduler set) : IFuture<Unit>
{
    public Poll<Unit> Poll(ref PollContext context) =>
        set.PollEmpty(context.Waker.Target!) ? Kioto.Poll<Unit>.Ready(default) : Kioto.Poll<Unit>.Pending;
}
