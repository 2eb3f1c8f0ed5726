using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>A shared future: awaiters on several threads, of whom one may give up.</summary>
internal static class SharedModel
{
    /// <summary>Two awaiters, and a thread that completes the future.</summary>
    internal static void TwoAwaiters()
    {
        SharedStrand<int> strand = Share(out ModelEvent happens);
        Model.Spawn(happens.Set);
        Model.Spawn(() => Await(strand));
        Await(strand);
    }

    /// <summary>An awaiter polls once, and is cancelled; the other one must get the result all the same.</summary>
    internal static void DriverGoesAway()
    {
        SharedStrand<int> strand = Share(out ModelEvent happens);
        Model.Spawn(happens.Set);
        Model.Spawn(() =>
        {
            var leaf = new SharedLeaf<int>();
            if (!strand.Poll(leaf, new ParkedThread(), false, out _))
            {
                strand.Remove(leaf);
            }
        });
        Await(strand);
    }

    private static SharedStrand<int> Share(out ModelEvent happens)
    {
        SourcePool<PolledLeaf<int>>.Clear();
        happens = new ModelEvent(5);
        var strand = new SharedStrand<int>();
        strand.Load(PolledLeaf<int>.Await(happens), Ambient.Current);
        return strand;
    }

    private static void Await(SharedStrand<int> strand)
    {
        var thread = new ParkedThread();
        var leaf = new SharedLeaf<int>();
        FutureOutcome<int> outcome;
        while (!strand.Poll(leaf, thread, false, out outcome))
        {
            thread.Sleep();
        }

        Assert.Equal(5, outcome.Get());
    }
}
