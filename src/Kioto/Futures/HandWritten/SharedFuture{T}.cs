namespace Kioto;

/// <summary>One future that many await, on any strands, threads and runtimes. Made by <c>future.Shared()</c>.</summary>
/// <remarks>
/// As <c>futures::future::Shared</c>: those who await it poll it, one at a time; nothing runs before the first of them
/// does. Cancelling an await leaves the future alone (cancel safe): another awaiter drives it on, and if there is none
/// it stays where it is until somebody awaits it again. All get the same result, or the same exception.
/// <see cref="CancelAsync"/> cancels the future itself.
/// </remarks>
/// <typeparam name="T">The type of the result, which all awaiters share.</typeparam>
public sealed class SharedFuture<T>
{
    private readonly SharedStrand<T> _strand = new();

    internal SharedFuture(Future<T> future) => _strand.Load(future, Ambient.Current);

    /// <summary>Whether the future has completed, with a result or a failure. Awaiting it then never waits.</summary>
    public bool IsCompleted => _strand.IsCompleted;

    /// <summary>A future of the shared result: for every awaiter, and every await, one of its own.</summary>
    /// <returns>The future to await, once.</returns>
    [CancelSafe]
    public Future<T> AsFuture() => SharedLeaf<T>.Await(_strand, cancel: false);

    /// <summary>Used by <c>await</c>, as often as you like.</summary>
    /// <returns>The awaiter.</returns>
    public FutureAwaiter<T> GetAwaiter() => AsFuture().GetAwaiter();

    /// <summary>Cancels the future unless it has completed, and waits until its cleanup has ended.</summary>
    /// <remarks>Who awaits it gets what the cancelled future threw: a <see cref="FutureCancelledException"/> as a rule.</remarks>
    /// <returns>The future to await. Cancelling it takes nothing back: awaiters then drive the cleanup.</returns>
    [CancelSafe]
    public async Future CancelAsync() => await SharedLeaf<T>.Await(_strand, cancel: true);
}
