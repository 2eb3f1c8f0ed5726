using System;
using Kioto.Sync;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>Barriers and cells: all go on together with one leader, a value is made once, senders don't come back.</summary>
internal static class SignalModel
{
    /// <summary>Two meet twice: each round has one leader.</summary>
    internal static void BarrierRounds()
    {
        var barrier = new AsyncBarrier(2);
        int leaders = 0;
        ModelHandle other = Model.Spawn(Meet);
        Meet();
        other.Join();
        Assert.Equal(2, leaders);

        void Meet()
        {
            for (int round = 0; round < 2; round++)
            {
                if (Get(barrier.WaitAsync()))
                {
                    Interlocked.Increment(ref leaders);
                }
            }
        }
    }

    /// <summary>One comes and goes again while another comes: who came after it had gone waits for a third.</summary>
    internal static void BarrierArrivalTakenBack()
    {
        var barrier = new AsyncBarrier(2);
        bool gone = false;
        ModelHandle fickle = Model.Spawn(() =>
        {
            LeafSource<bool> arrival = Arrive(barrier, out bool met);
            if (!met)
            {
                arrival.CancelLeaf(null!);
            }

            Volatile.Write(ref gone, true);
        });
        bool alone = Volatile.Read(ref gone);
        LeafSource<bool> mine = Arrive(barrier, out bool done);
        Assert.False(alone && done);
        fickle.Join();
        var context = new PollContext(new Waker(new ParkedThread()));
        if (done || mine.PollLeaf(ref context))
        {
            return;
        }

        Arrive(barrier, out bool leads);
        Assert.True(leads);
        Assert.True(mine.PollLeaf(ref context));
    }

    /// <summary>Three meet; one of them leaves while it is released, before it is told: the next round needs three again.</summary>
    internal static void BarrierReleasedOneLeaves()
    {
        var barrier = new AsyncBarrier(3);
        LeafSource<bool> first = Arrive(barrier, out bool done);
        Assert.False(done);
        LeafSource<bool> fickle = Arrive(barrier, out done);
        Assert.False(done);
        ModelHandle leaving = Model.Spawn(() => fickle.CancelLeaf(null!));
        Arrive(barrier, out bool leads);
        leaving.Join();
        var context = new PollContext(new Waker(new ParkedThread()));
        Assert.Equal(leads, first.PollLeaf(ref context));

        // It left either before the third came, who waits then for one more; or after it: then nobody is there yet.
        Arrive(barrier, out done);
        Assert.Equal(!leads, done);
        if (leads)
        {
            Arrive(barrier, out done);
            Assert.False(done);
            Arrive(barrier, out done);
            Assert.True(done);
        }
    }

    /// <summary>One makes a cell's value, and is cancelled or fails; another one who waits for it makes it then.</summary>
    internal static void CellMakerGivesUp()
    {
        var cell = new OnceCell<int>();
        bool fails = Model.Choose(2) == 1;
        ModelHandle gives = Model.Spawn(() =>
        {
            var thread = new AwaitingThread<int>();
            bool made = thread.Begin(cell.GetOrInitAsync(fails ? Fail : Never));
            if (!made)
            {
                thread.Cancel();
            }
            else if (fails)
            {
                try
                {
                    Assert.Equal(5, thread.Result());
                }
                catch (NotSupportedException)
                {
                }
            }
        });
        var mine = new AwaitingThread<int>();
        Assert.Equal(5, mine.Await(cell.GetOrInitAsync(Five)));
        gives.Join();
        Assert.True(cell.TryGet(out int value) && value == 5);

        static async Future<int> Five() => 5;

        static async Future<int> Fail() => throw new NotSupportedException();

        static Future<int> Never() => PolledLeaf<int>.Await(new ModelEvent(0));
    }

    /// <summary>Two ask a cell for its value, each with a maker of its own: one of them runs.</summary>
    internal static void CellIsMadeOnce()
    {
        var cell = new OnceCell<int>();
        int made = 0;
        ModelHandle other = Model.Spawn(Ask);
        Ask();
        other.Join();
        Assert.Equal(1, Volatile.Read(ref made));

        void Ask() => Assert.Equal(5, new AwaitingThread<int>().Await(cell.GetOrInitAsync(Make)));

        async Future<int> Make()
        {
            Interlocked.Increment(ref made);
            return 5;
        }
    }

    /// <summary>Two set a cell's value and one looks: one has set it, and who sees that it is set sees the value.</summary>
    internal static void CellIsSetOnce()
    {
        var cell = new OnceCell<string>();
        int set = 0;
        ModelHandle[] setters = new ModelHandle[2];
        for (int i = 0; i < 2; i++)
        {
            string mine = i == 0 ? "a" : "b";
            setters[i] = Model.Spawn(() =>
            {
                if (cell.TrySet(mine))
                {
                    Interlocked.Increment(ref set);
                    Assert.True(cell.TryGet(out string? value) && value == mine);
                }
            });
        }

        if (cell.TryGet(out string? seen))
        {
            Assert.True(seen is "a" or "b");
        }

        setters[0].Join();
        setters[1].Join();
        Assert.Equal(1, Volatile.Read(ref set));
    }

    /// <summary>The last sender goes while a weak one becomes a sender: either it comes in time, or the channel has ended.</summary>
    internal static void UpgradeBesideTheLastDrop()
    {
        var count = new SenderCount[1];
        count[0].Add();
        bool ended = false;
        bool endedByUpgraded = false;
        bool upgraded = false;
        ModelHandle dropper = Model.Spawn(() => ended = count[0].Remove());
        ModelHandle upgrader = Model.Spawn(() =>
        {
            upgraded = count[0].TryAdd();
            if (upgraded)
            {
                endedByUpgraded = count[0].Remove();
            }
        });
        dropper.Join();
        upgrader.Join();
        Assert.True(ended != endedByUpgraded, "the channel ends once");
        Assert.True(upgraded || ended);
        Assert.False(count[0].TryAdd());
    }

    // It does not go back to its pool, which is shared here without the fences of the real one.
    private static LeafSource<bool> Arrive(AsyncBarrier barrier, out bool done)
    {
        var leaf = (LeafSource<bool>)barrier.WaitAsync().Source!;
        var context = new PollContext(new Waker(new ParkedThread()));
        done = leaf.PollLeaf(ref context);
        return leaf;
    }

    private static T Get<T>(Future<T> future)
    {
        var target = new ParkedThread();
        var leaf = (LeafSource<T>)future.Source!;
        var context = new PollContext(new Waker(target));
        while (!leaf.PollLeaf(ref context))
        {
            target.Sleep();
        }

        return leaf.GetResult(future.Token);
    }
}
