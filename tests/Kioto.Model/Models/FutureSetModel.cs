using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>A future set: children that are woken by other threads, places that are reused, a consumer that moves.</summary>
internal static class FutureSetModel
{
    /// <summary>Two threads complete a child each.</summary>
    internal static void TwoChildren()
    {
        SourcePool<PolledLeaf<int>>.Clear();
        var set = new FutureSetCore<int>();
        Model.Spawn(Add(set, 1).Set);
        Model.Spawn(Add(set, 2).Set);
        var thread = new ParkedThread();
        int sum = Next(set, thread) + Next(set, thread);
        Assert.Equal(3, sum);
        Assert.Equal(0, set.Living);
    }

    /// <summary>Two threads wake the same child, which stands on the ready list once at most.</summary>
    internal static void TwoWakers()
    {
        SourcePool<PolledLeaf<int>>.Clear();
        var set = new FutureSetCore<int>();
        FutureSetChild<int> place = Add(set, out ModelEvent first, 1);
        ModelEvent second = Add(set, 2);
        Model.Spawn(first.Set);
        Model.Spawn(() =>
        {
            place.Wake();
            second.Set();
        });
        var thread = new ParkedThread();
        Assert.Equal(3, Next(set, thread) + Next(set, thread));
    }

    /// <summary>A child completes, and its place serves another while the first one's wakers are still at work.</summary>
    internal static void PlaceIsReused()
    {
        SourcePool<PolledLeaf<int>>.Clear();
        var set = new FutureSetCore<int>();
        var thread = new ParkedThread();
        FutureSetChild<int> place = Add(set, out ModelEvent first, 1);
        Model.Spawn(() =>
        {
            first.Set();
            place.Wake(); // A waker that somebody has kept.
        });
        Assert.Equal(1, Next(set, thread));
        Model.Spawn(Add(set, 2).Set);
        Model.Spawn(Add(set, 4).Set);
        Assert.Equal(6, Next(set, thread) + Next(set, thread));
        Assert.Equal(0, set.Living);
    }

    /// <summary>The consumer changes its waker between two polls.</summary>
    internal static void ConsumerMoves()
    {
        SourcePool<PolledLeaf<int>>.Clear();
        var set = new FutureSetCore<int>();
        Model.Spawn(Add(set, 1).Set);
        if (set.TryPollNext(new Waker(new ParkedThread()), Ambient.Current, out EndedChild<int> ended))
        {
            Assert.Equal(1, ended.Item.Outcome.Get());
            return;
        }

        Assert.Equal(1, Next(set, new ParkedThread()));
    }

    /// <summary>A child is cancelled while a thread completes it.</summary>
    internal static void CancelDuringWake()
    {
        SourcePool<PolledLeaf<int>>.Clear();
        var set = new FutureSetCore<int>();
        var thread = new ParkedThread();
        FutureSetChild<int> doomed = Add(set, out ModelEvent event1, 1);
        Model.Spawn(event1.Set);
        Model.Spawn(Add(set, 2).Set);
        if (!set.TryPollNext(new Waker(thread), Ambient.Current, out EndedChild<int> ended))
        {
            set.RequestCancel(doomed);
            ended = NextEnded(set, thread);
        }

        Assert.InRange(ended.Item.Outcome.IsCancellation ? 1 : ended.Item.Outcome.Get(), 1, 2);
        NextEnded(set, thread);
        Assert.Equal(0, set.Living);
    }

    private static ModelEvent Add(FutureSetCore<int> set, int result)
    {
        Add(set, out ModelEvent happens, result);
        return happens;
    }

    private static FutureSetChild<int> Add(FutureSetCore<int> set, out ModelEvent happens, int result)
    {
        happens = new ModelEvent(result);
        return set.Add(PolledLeaf<int>.Await(happens));
    }

    private static int Next(FutureSetCore<int> set, ParkedThread thread) => NextEnded(set, thread).Item.Outcome.Get();

    private static EndedChild<int> NextEnded(FutureSetCore<int> set, ParkedThread thread)
    {
        EndedChild<int> ended;
        while (!set.TryPollNext(new Waker(thread), Ambient.Current, out ended))
        {
            thread.Sleep();
        }

        return ended;
    }
}
