namespace Kioto.ModelTests;

/// <summary>Ready once it is set; one waiter. The shape of most hand-written futures: register, then look.</summary>
internal sealed class ModelEvent(int result) : IFuture<int>
{
    private readonly AtomicWaker _waker = new();
    private int _set;

    public Poll<int> Poll(ref PollContext context)
    {
        _waker.Register(context.Waker);
        return Volatile.Read(ref _set) != 0 ? Poll<int>.Ready(result) : Poll<int>.Pending;
    }

    internal void Set()
    {
        Volatile.Write(ref _set, 1);
        _waker.Wake();
    }

    internal void WakeForNothing() => _waker.Wake();
}
