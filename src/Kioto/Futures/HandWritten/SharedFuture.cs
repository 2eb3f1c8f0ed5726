namespace Kioto;

/// <summary>A <see cref="SharedFuture{T}"/> without a result.</summary>
public sealed class SharedFuture
{
    private readonly SharedFuture<Unit> _shared;

    internal SharedFuture(Future future) => _shared = new SharedFuture<Unit>(future.AsUnit());

    /// <inheritdoc cref="SharedFuture{T}.IsCompleted"/>
    public bool IsCompleted => _shared.IsCompleted;

    /// <inheritdoc cref="SharedFuture{T}.AsFuture"/>
    [CancelSafe]
    public Future AsFuture() => Future.WithoutResult(_shared.AsFuture());

    /// <inheritdoc cref="SharedFuture{T}.GetAwaiter"/>
    public FutureAwaiter GetAwaiter() => AsFuture().GetAwaiter();

    /// <inheritdoc cref="SharedFuture{T}.CancelAsync"/>
    [CancelSafe]
    public Future CancelAsync() => _shared.CancelAsync();
}
