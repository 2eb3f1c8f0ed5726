namespace Kioto;

/// <summary>Suspends once and asks for another turn. One object serves every yield of the process: it has no state.</summary>
internal sealed class YieldLeaf : ResultSource<Unit>
{
    internal static readonly YieldLeaf Instance = new();

    /// <summary>While no yield of this process was ever cancelled, taking its outcome needs no look at the strand.</summary>
    /// <remarks>INVARIANT: set by the thread that then takes the outcome (or hands the strand on, through a queue or its state word).</remarks>
    internal static bool EverCancelled { get; private set; }

    // Always has its outcome: every await of the shared object takes the same nothing.
    private YieldLeaf() => State = SourceState.Done;

    /// <summary>The yield whose outcome is taken next, outside any strand, was cancelled.</summary>
    /// <param name="ambient">The current thread's context.</param>
    internal static void CancelNext(Ambient ambient)
    {
        EverCancelled = true;
        ambient.CancelYield = true;
    }

    internal override bool PollLeaf(Strand strand, Ambient ambient) => true;

    internal override bool CancelLeaf(Strand strand)
    {
        // The shared object can't keep "cancelled" for one strand: the strand does, until Recycle sees it.
        strand.CancelPending = true;
        EverCancelled = true;
        return true;
    }

    internal override void Describe(LeafDescription into) => into.Set("Kio.YieldNow");

    internal override bool EndsCancelled => true; // Asked after CancelLeaf only.

    internal override bool Start(uint token, Ambient ambient)
    {
        Strand strand = ambient.Strand!;
        if (strand.CancelPending)
        {
            EverCancelled = true;
            return true;
        }

        strand.RequestYield();
        return false;
    }

    internal override void Attach(FutureSource? awaiting, Strand strand) => strand.Suspend(this, awaiting);

    internal override void Resume(Ambient ambient) => throw new System.NotSupportedException();

    internal override void Abandon()
    {
    }

    private protected override void Recycle(Ambient ambient)
    {
        if (ambient.Strand is { } strand)
        {
            if (strand.CancelPending)
            {
                strand.CancelPending = false;
                throw Throw.Cancelled();
            }
        }
        else if (ambient.CancelYield)
        {
            ambient.CancelYield = false;
            throw Throw.Cancelled();
        }
    }
}
