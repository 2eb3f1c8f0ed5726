using System;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>
/// A blocking pool: every closure runs or is refused, once. One that was forgotten shows as a deadlock, as does a thread
/// that sleeps when the pool has been closed. Threads end when the pool is closed, or with each idle moment where
/// <c>keepAlive</c> is zero: then every sleep is over as soon as it begins, wherever the others are.
/// </summary>
internal static class BlockingModel
{
    /// <summary>Two threads spawn onto a pool of two.</summary>
    internal static void TwoSpawners()
    {
        BlockingCrew crew = Crew(threads: 2);
        var ended = new Latch(3);
        Model.Spawn(() => crew.Spawn(new ModelClosure { Ended = ended.Signal }));
        crew.Spawn(new ModelClosure { Ended = ended.Signal });
        crew.Spawn(new ModelClosure { Ended = ended.Signal });
        ended.Wait();
        crew.Close();
    }

    /// <summary>A closure that comes while the thread's time is over.</summary>
    internal static void KeepAliveExpires()
    {
        BlockingCrew crew = Crew(threads: 1, keepAlive: TimeSpan.Zero);
        RunOne(crew);
        RunOne(crew);
        RunOne(crew);
    }

    /// <summary>The same with two threads and two spawners.</summary>
    internal static void KeepAliveExpiresForTwo()
    {
        BlockingCrew crew = Crew(threads: 2, keepAlive: TimeSpan.Zero);
        ModelHandle other = Model.Spawn(() => RunOne(crew));
        RunOne(crew);
        other.Join();
        RunOne(crew);
    }

    /// <summary>A closure that waits for one behind it, on threads that have yet to be started.</summary>
    internal static void BlockedClosureHoldsNobodyUp()
    {
        BlockingCrew crew = Crew(threads: 2);
        RunTwoThatMeet(crew);
        crew.Close();
    }

    /// <summary>The same on threads that sleep, or are about to.</summary>
    internal static void CalledTwice()
    {
        BlockingCrew crew = Crew(threads: 2);
        RunTwoThatMeet(crew);
        RunTwoThatMeet(crew);
        crew.Close();
    }

    /// <summary>No more threads than there may be.</summary>
    internal static void ThreadCap()
    {
        BlockingCrew crew = Crew(threads: 1);
        var ended = new Latch(2);
        int running = 0;
        void Body()
        {
            Assert.Equal(1, Interlocked.Increment(ref running));
            Interlocked.Decrement(ref running);
        }

        Model.Spawn(() => crew.Spawn(new ModelClosure(Body) { Ended = ended.Signal }));
        crew.Spawn(new ModelClosure(Body) { Ended = ended.Signal });
        ended.Wait();
        crew.Close();
    }

    /// <summary>Closing while closures are spawned: each runs or is refused.</summary>
    internal static void CloseWhileSpawning()
    {
        BlockingCrew crew = Crew(threads: 2);
        var ended = new Latch(2);
        ModelHandle spawner = Model.Spawn(() =>
        {
            crew.Spawn(new ModelClosure { Ended = ended.Signal });
            crew.Spawn(new ModelClosure { Ended = ended.Signal });
        });
        crew.Close();
        ended.Wait();
        spawner.Join();
    }

    /// <summary>Closing while the thread goes to sleep, or its time is over.</summary>
    internal static void ClosedWhileIdle()
    {
        BlockingCrew crew = Crew(threads: 2, keepAlive: Model.Choose(2) == 0 ? TimeSpan.Zero : System.Threading.Timeout.InfiniteTimeSpan);
        RunOne(crew);
        crew.Close();
        var late = new ModelClosure();
        crew.Spawn(late);
        Assert.True(late.Refused);
    }

    /// <summary>What was promised runs, behind another closure that runs or is dropped.</summary>
    internal static void MandatoryRuns()
    {
        BlockingCrew crew = Crew(threads: 1);
        var ended = new Latch(2);
        var mandatory = new ModelClosure { Ended = ended.Signal };
        crew.Spawn(new ModelClosure { Ended = ended.Signal });
        crew.SpawnMandatory(mandatory);
        crew.Close();
        ended.Wait();
        Assert.True(mandatory.HasRun);
    }

    /// <summary>Promised while another thread closes: it runs, or is refused at once.</summary>
    internal static void MandatoryWhileClosing()
    {
        BlockingCrew crew = Crew(threads: 1);
        var ended = new Latch(1);
        var mandatory = new ModelClosure { Ended = ended.Signal };
        Model.Spawn(crew.Close);
        crew.SpawnMandatory(mandatory);
        bool refused = mandatory.Refused;
        Assert.True(!refused || crew.WaitForMandatory(TimeSpan.Zero));
        ended.Wait();
        Assert.Equal(!refused, mandatory.HasRun);
    }

    /// <summary>An abort beside the thread that takes the closure: if it was in time, there is room for another one.</summary>
    internal static void AbortGivesThePlaceBack()
    {
        BlockingCrew crew = Crew(threads: 1, queue: 1);
        var ended = new Latch(3);
        var aborted = new ModelClosure { Ended = ended.Signal };
        crew.Spawn(new ModelClosure { Ended = ended.Signal });
        crew.Spawn(aborted);
        if (crew.TryAbort(aborted))
        {
            Assert.True(aborted.Refused);
            crew.Spawn(new ModelClosure { Ended = ended.Signal });
        }
        else
        {
            ended.Signal();
        }

        ended.Wait();
        Assert.NotEqual(aborted.Refused, aborted.HasRun);
        crew.Close();
    }

    /// <summary>A started closure is not taken back, nor what has come into its place.</summary>
    internal static void AbortOfAStartedOne()
    {
        BlockingCrew crew = Crew(threads: 1);
        var started = new Latch(1);
        var gate = new Latch(1);
        var ended = new Latch(2);
        var first = new ModelClosure(() =>
        {
            started.Signal();
            gate.Wait();
        })
        {
            Ended = ended.Signal,
        };
        crew.Spawn(first);
        started.Wait();
        crew.Spawn(new ModelClosure { Ended = ended.Signal });
        Assert.False(crew.TryAbort(first));
        gate.Signal();
        ended.Wait();
        crew.Close();
    }

    /// <summary>What a group has started without a place is aborted while one comes: it runs or not, and the place goes on.</summary>
    internal static void AbortWhileAPlaceComes()
    {
        BlockingCrew crew = Crew(threads: 1, queue: 0);
        var ended = new Latch(3);
        var waiting = new ModelClosure { Ended = ended.Signal };
        crew.Spawn(new ModelClosure { Ended = ended.Signal });
        crew.SpawnLater(waiting);
        bool aborted = crew.TryAbort(waiting);
        crew.SpawnLater(new ModelClosure { Ended = ended.Signal });
        ended.Wait();
        Assert.Equal(aborted, waiting.Refused);
        Assert.NotEqual(aborted, waiting.HasRun);
        crew.Close();
    }

    /// <summary>The pool closes beside one that begins to wait for a place.</summary>
    internal static void CloseWhileOneWaits()
    {
        BlockingCrew crew = Crew(threads: 1, queue: 0);
        var ended = new Latch(2);
        crew.Spawn(new ModelClosure { Ended = ended.Signal });
        Model.Spawn(crew.Close);
        crew.SpawnLater(new ModelClosure { Ended = ended.Signal });
        ended.Wait();
    }

    private static BlockingCrew Crew(int threads, TimeSpan? keepAlive = null, int? queue = null) => new(
        new CurrentThreadScheduler(new RuntimeOptions()),
        new BlockingPoolOptions("model", threads, queue),
        "model",
        keepAlive ?? System.Threading.Timeout.InfiniteTimeSpan);

    private static void RunOne(BlockingCrew crew)
    {
        var ended = new Latch(1);
        crew.Spawn(new ModelClosure { Ended = ended.Signal });
        ended.Wait();
    }

    private static void RunTwoThatMeet(BlockingCrew crew)
    {
        var here = new Latch(2);
        var ended = new Latch(2);
        void Meet()
        {
            here.Signal();
            here.Wait();
        }

        crew.Spawn(new ModelClosure(Meet) { Ended = ended.Signal });
        crew.Spawn(new ModelClosure(Meet) { Ended = ended.Signal });
        ended.Wait();
    }
}
