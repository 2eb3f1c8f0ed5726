using System;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>A future that stays where it is across the turns of a loop: a select that it loses does not cancel it.</summary>
/// <remarks>
/// Made by <see cref="Kio.Pin{T}"/>; as a <c>&amp;mut</c> to a pinned future in Tokio. Between selects it is suspended, and
/// makes no progress. It is cancelled by disposing it only, so write <c>await using</c>: also a task that is aborted
/// then waits for its cleanup. Its result is taken once, by the select that it wins or by awaiting it. Used by one
/// strand at a time. One object each.
/// </remarks>
/// <typeparam name="T">The type of the result.</typeparam>
public sealed class Pinned<T> : IArm<T>, IAsyncDisposable
{
    // INVARIANT: as for every strand, only whoever polls it touches it: one awaiter at a time, which holds _user.
    private readonly Arm<T> _arm = new();
    private object? _user;

    internal Pinned(Future<T> future)
    {
        if (ReferenceEquals(future.Source, DisabledSource<T>.Instance))
        {
            throw new ArgumentException("A future that When(false) disabled can't be pinned: pin it, then use When.", nameof(future));
        }

        future = future.Owned();
        future.Source?.CheckFresh(future.Token);
        _arm.Set(future); // Claims it.
    }

    /// <summary>Whether it has ended: its result was taken, it failed, or it was disposed.</summary>
    public bool IsCompleted => !_arm.IsLive;

    Future<T> IArm<T>.Arm => AsFuture();

    /// <summary>Its future, for one await, one arm, one turn. Cancelling that leaves this one as it is.</summary>
    /// <returns>The future to await, once.</returns>
    [CancelSafe]
    public Future<T> AsFuture() => PinnedLeaf<T>.Await(this);

    /// <summary>Switches an arm of <c>Kio.Select</c> on or off.</summary>
    /// <param name="enabled">Whether the arm takes part.</param>
    /// <returns>The arm.</returns>
    [CancelSafe]
    public Future<T> When(bool enabled) => enabled ? AsFuture() : default(Future<T>).When(false);

    /// <summary>Used by <c>await</c>: runs it to its end. Cancelling the await leaves it as it is.</summary>
    /// <returns>The awaiter.</returns>
    public FutureAwaiter<T> GetAwaiter() => AsFuture().GetAwaiter();

    /// <summary>Cancels the future if it has not ended, and waits for its cleanup. Does nothing the second time.</summary>
    /// <remarks>
    /// If the cleanup fails, the runtime is told (<c>OnUnhandledFailure</c>). Cancelling the await waits all the same.
    /// </remarks>
    /// <returns>The future to await, once.</returns>
    public Future DisposeAsync() => PinnedEnd<T>.Await(this);

    ValueTask IAsyncDisposable.DisposeAsync() => new(DisposeAsync().AsTask());

    /// <summary>Polls it for an awaiter, who is its user from then on.</summary>
    /// <param name="user">The awaiter.</param>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>The arm, once it has ended; null while it is pending.</returns>
    internal Arm<T>? Poll(object user, Ambient ambient)
    {
        Use(user);
        if (!_arm.IsLive)
        {
            throw new InvalidOperationException(
                "This Pinned has ended, and its result was taken. Disable the arm from then on: pinned.When(!pinned.IsCompleted).");
        }

        return _arm.Poll(ambient) ? _arm : null;
    }

    /// <summary>The arm, for dumps.</summary>
    internal Strand Strand => _arm;

    /// <summary>Gives the arm to whoever ends it.</summary>
    /// <param name="user">Who.</param>
    /// <returns>The arm.</returns>
    internal Arm<T> Take(object user)
    {
        Use(user);
        return _arm;
    }

    /// <summary>The awaiter is gone.</summary>
    /// <param name="user">The awaiter.</param>
    internal void Release(object user)
    {
        if (ReferenceEquals(_user, user))
        {
            _user = null;
        }
    }

    private void Use(object user)
    {
        if (_user is not null && !ReferenceEquals(_user, user))
        {
            throw new InvalidOperationException("This Pinned is being awaited already: one select or await at a time.");
        }

        _user = user;
    }
}
