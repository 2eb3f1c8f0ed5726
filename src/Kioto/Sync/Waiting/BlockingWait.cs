using System;

namespace Kioto.Sync;

/// <summary>Waits for an operation on a plain thread, which sleeps meanwhile: no runtime is needed.</summary>
/// <remarks>
/// Sync knows futures only, with this exception: the parker is the schedulers'. It knows nobody itself.
/// </remarks>
internal sealed class BlockingWait : Strand
{
    // The thread's own, while nothing uses it. A waker of an earlier wait ends a sleep for nothing.
    [ThreadStatic]
    private static BlockingWait? t_free;

    private readonly ThreadParker _parker = new();

    internal override void Wake() => _parker.Unpark();

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

    internal static void For(Future future, string blocking, string awaited)
    {
        if (future.Source is { } source)
        {
            Run(source, future.Token, blocking, awaited);
            source.GetResult(future.Token);
        }
    }

    private static void Run(FutureSource source, uint token, string blocking, string awaited)
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
        wait.Run(source, token, ambient);
        if (!wait.IsRemembered)
        {
            wait.ForgetChain();
            t_free = wait;
        }
    }

    private void Run(FutureSource source, uint token, Ambient ambient)
    {
        // Inside BlockInPlace there is one around this.
        Strand? outer = ambient.Strand;
        int budget = ambient.Budget;
        ambient.Strand = this;
        try
        {
            ambient.Budget = Ambient.PollBudget;
            bool done = Begin(source, token, ambient);
            while (!done)
            {
                // Not a strand's poll: what the sleeping thread runs (a finalizer's wake) is not ours.
                ambient.Strand = null;
                _parker.Park();
                ambient.Strand = this;
                ambient.Budget = Ambient.PollBudget;
                done = Resume(ambient);
            }
        }
        finally
        {
            ambient.Strand = outer;
            ambient.Budget = budget;
        }
    }
}
