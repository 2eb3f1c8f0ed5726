using System;
using System.Threading;

namespace Kioto.Sync;

/// <summary>Waits for an operation on a plain thread, which sleeps meanwhile: no runtime is needed.</summary>
/// <remarks>
/// Sync knows futures only, with this exception: the parker is the schedulers', and the clock the runtimes'. Neither
/// knows anybody.
/// </remarks>
internal sealed class BlockingWait : Strand
{
    // The thread's own, while nothing uses it. A waker of an earlier wait ends a sleep for nothing.
    [ThreadStatic]
    private static BlockingWait? t_free;

    private readonly ThreadParker _parker = new();
    private HandoutStack _handouts;

    internal override void Wake() => _parker.Unpark();

    internal override bool HandOut(Handout handout) => _handouts.TryPush(handout, this);

    internal override void TakeHandout(Handout handout) => _handouts.Remove(handout, this);

    internal static T For<T>(Future<T> future, string blocking, string awaited)
    {
        future = future.Owned();
        if (future.Source is not { } source)
        {
            return future.Value;
        }

        Run(source, future.Token, blocking, awaited);
        return source.GetResult(future.Token);
    }

    /// <summary>The same, until a token is cancelled.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The operation.</param>
    /// <param name="blocking">The blocking method.</param>
    /// <param name="awaited">What to await in place of it.</param>
    /// <param name="cancellationToken">The token.</param>
    /// <returns>The result.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal static T For<T>(Future<T> future, string blocking, string awaited, CancellationToken cancellationToken)
    {
        TryFor(future, blocking, awaited, Timeout.InfiniteTimeSpan, cancellationToken, out T result);
        return result;
    }

    /// <summary>The same, for so long at most.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="future">The operation. It is polled before the time and the token are looked at.</param>
    /// <param name="blocking">The blocking method.</param>
    /// <param name="awaited">What to await in place of it.</param>
    /// <param name="timeout">How long.</param>
    /// <param name="cancellationToken">The token.</param>
    /// <param name="result">The result.</param>
    /// <returns>False if the time was over: the operation has been taken back.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal static bool TryFor<T>(
        Future<T> future, string blocking, string awaited, TimeSpan timeout, CancellationToken cancellationToken, out T result)
    {
        long nanos = Durations.ToNanos(timeout, blocking);
        future = future.Owned();
        if (future.Source is not { } source)
        {
            result = future.Value;
            return true;
        }

        bool done = Run(source, future.Token, blocking, awaited, nanos, cancellationToken);
        result = done ? source.GetResult(future.Token) : default!;
        return done;
    }

    internal static void For(Future future, string blocking, string awaited)
    {
        if (future.Source is { } source)
        {
            Run(source, future.Token, blocking, awaited);
            source.GetResult(future.Token);
        }
    }

    private static bool Run(
        FutureSource source,
        uint token,
        string blocking,
        string awaited,
        long nanos = long.MaxValue,
        CancellationToken cancellationToken = default)
    {
        Ambient ambient = Ambient.Current;
        if (ambient.Polling || (ambient.Strand is not null && !ambient.InPlace))
        {
            source.Abandon();
            throw new InvalidOperationException(
                $"{blocking} blocks its thread, which is polling futures: that would stop the other tasks. " +
                $"Await {awaited} instead, or call {blocking} inside Kio.SpawnBlocking.");
        }

        BlockingWait wait = t_free ?? new BlockingWait();
        t_free = null;
        bool done = wait.Run(source, token, ambient, nanos, cancellationToken);
        if (!wait.IsRemembered)
        {
            wait.ForgetChain();
            t_free = wait;
        }

        return done;
    }

    private bool Run(FutureSource source, uint token, Ambient ambient, long nanos, CancellationToken cancellationToken)
    {
        // Inside BlockInPlace there is one around this. What runs here may be a user's code: it is in the scopes that are
        // in force there, but may not block.
        Strand? outer = ambient.Strand;
        int budget = ambient.Budget;
        bool inPlace = ambient.InPlace;
        Locals = LocalBinding.Innermost(ambient);
        _handouts.Reopen();
        ambient.Strand = this;
        ambient.InPlace = false;
        bool done = false;
        try
        {
            ambient.Budget = Ambient.PollBudget;
            done = Begin(source, token, ambient);
            _handouts.EndTurn(this, yielded: true); // What came during this poll has its turn at the next one.
            if (!done)
            {
                done = Sleep(ambient, nanos, cancellationToken);
            }
        }
        finally
        {
            if (!done)
            {
                DropFrames(); // Its time is over, or somebody interrupts the thread: what it was given goes to the next.
            }

            _handouts.Close(this);
            Locals = null;
            ambient.Strand = outer;
            ambient.Budget = budget;
            ambient.InPlace = inPlace;
        }

        return done;
    }

    private bool Sleep(Ambient ambient, long nanos, CancellationToken cancellationToken)
    {
        long deadline = nanos == long.MaxValue ? long.MaxValue : Instant.Add(Clock.Now, nanos);
        using CancellationTokenRegistration registration =
            cancellationToken.UnsafeRegister(static wait => ((BlockingWait)wait!)._parker.Unpark(), this);
        while (true)
        {
            long left = deadline == long.MaxValue ? -1 : Math.Max(0, deadline - Clock.Now);
            cancellationToken.ThrowIfCancellationRequested();
            if (left == 0)
            {
                return false;
            }

            // Not a strand's poll: what the sleeping thread runs (a finalizer's wake) is not ours.
            ambient.Strand = null;
            try
            {
                _parker.Park(left);
            }
            finally
            {
                ambient.Strand = this;
            }

            ambient.Budget = Ambient.PollBudget;
            _handouts.BeginTurn();
            if (Resume(ambient))
            {
                return true;
            }

            _handouts.EndTurn(this, ambient.Budget <= 0);
        }
    }
}
