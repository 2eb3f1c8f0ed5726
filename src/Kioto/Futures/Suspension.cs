using System.Runtime.CompilerServices;

namespace Kioto;

/// <summary>What happens when a frame's await does not complete at once.</summary>
internal static class Suspension
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every suspension
    internal static void AwaitUnsafe<TAwaiter>(FutureSource frame, ref TAwaiter awaiter)
        where TAwaiter : ICriticalNotifyCompletion
    {
        Ambient ambient = frame.Runner;
        Strand strand = ambient.Strand!;
        SaveContext(frame, ambient);

        // The JIT knows the struct's type: the test is free and the cast does not box.
        if (default(TAwaiter) is not null && awaiter is IFutureAwaiter)
        {
            ((IFutureAwaiter)awaiter).Attach(frame, strand);
            return;
        }

        ForeignLeaf leaf = ForeignLeaf.Suspend(
            frame, strand, ambient, ForeignAwaiter<TAwaiter>.Instance, ForeignAwaiter<TAwaiter>.CallsOnce);
        if (strand.ReachesForeign)
        {
            leaf.Outcome = TaskAwaiters.OutcomeOf(ref awaiter);
        }

        using (InlineWakeContext.Enter())
        {
            if (default(TAwaiter) is not null && ConfiguredAwait<TAwaiter>.Register is { } register)
            {
                register(ref awaiter, leaf.Continuation);
            }
            else
            {
                awaiter.UnsafeOnCompleted(leaf.Continuation);
            }
        }
    }

    internal static void Await<TAwaiter>(FutureSource frame, ref TAwaiter awaiter)
        where TAwaiter : INotifyCompletion
    {
        Ambient ambient = frame.Runner;
        Strand strand = ambient.Strand!;
        SaveContext(frame, ambient);
        ForeignLeaf leaf = ForeignLeaf.Suspend(
            frame, strand, ambient, ForeignAwaiter<TAwaiter>.Instance, ForeignAwaiter<TAwaiter>.CallsOnce);
        if (strand.ReachesForeign)
        {
            leaf.Outcome = TaskAwaiters.OutcomeOf(ref awaiter);
        }

        using (InlineWakeContext.Enter())
        {
            awaiter.OnCompleted(leaf.Continuation);
        }
    }

    // A running frame that keeps its thread's Ambient has the default context to resume with.
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every suspension
    private static void SaveContext(FutureSource frame, Ambient ambient)
    {
        if (ContextFlow.Save(ambient) is { } context)
        {
            frame.SetContext(context);
        }
    }
}
