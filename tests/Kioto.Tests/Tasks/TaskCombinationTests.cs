using System;
using System.Collections.Generic;

namespace Kioto.Tests;

/// <summary>
/// Every combination of how a task goes, who is interested in its end, and when it is stopped by whom: as Tokio's
/// <c>task_combinations</c>.
/// </summary>
public sealed class TaskCombinationTests
{
    public enum Stop
    {
        None,
        AbortAtOnce,
        AbortOnceBegun,
        AbortOnceEnded,
        AbortOnceTaken,
        Shutdown,
    }

    [Flags]
    private enum Failing
    {
        Never = 0,
        InBody = 1,
        InCleanup = 2,
    }

    private enum Interest
    {
        None,
        Before,
        After,
        Twice,
    }

    private enum Ending
    {
        Value,
        Aborted,
        Body,
        Cleanup,
    }

    public static TheoryData<RuntimeKind, bool, Stop> All
    {
        get
        {
            TheoryData<RuntimeKind, bool, Stop> all = [];
            foreach (RuntimeKind kind in Runtimes.Kinds)
            {
                foreach (Stop stop in Enum.GetValues<Stop>())
                {
                    all.Add(kind, false, stop);
                    if (stop != Stop.Shutdown)
                    {
                        all.Add(kind, true, stop); // A local set's end is its own.
                    }
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_task_ends_as_it_should(RuntimeKind kind, bool local, Stop stop) => Bounded.Run(() =>
    {
        foreach (Failing failing in (Failing[])[Failing.Never, Failing.InBody, Failing.InCleanup, Failing.InBody | Failing.InCleanup])
        {
            foreach (Interest interest in Enum.GetValues<Interest>())
            {
                foreach (bool byAbortHandle in (bool[])[false, true])
                {
                    Check(kind, local, stop, failing, interest, byAbortHandle);
                }
            }
        }
    });

    private static void Check(RuntimeKind kind, bool local, Stop stop, Failing failing, Interest interest, bool byAbortHandle)
    {
        Case one = new(stop, failing, interest, byAbortHandle);
        Runtime runtime = Runtimes.Builder(kind).OnUnhandledFailure(UnhandledFailure.Ignore).Build();
        if (stop == Stop.Shutdown)
        {
            // Whoever looks is on another runtime, which goes on.
            JoinHandle<int> handle = runtime.Spawn(one.Body);
            using Runtime other = Runtimes.Create(RuntimeKind.CurrentThread);
            if (kind == RuntimeKind.CurrentThread)
            {
                runtime.BlockOn(async () => await one.Begun.WaitAsync());
            }

            other.BlockOn(async () => await one.Look(handle, runtime.Dispose));
        }
        else if (local)
        {
            using LocalSet set = new();
            set.BlockOn(runtime, async () => await one.Look(Kio.SpawnLocal(one.Body)));
        }
        else
        {
            runtime.RunTask(async () => await one.Look(Kio.Spawn(one.Body)));
        }

        runtime.Dispose();
    }

    private sealed class Case(Stop stop, Failing failing, Interest interest, bool byAbortHandle)
    {
        private readonly Event _go = new();
        private int _began;
        private int _cleanedUp;

        internal Event Begun { get; } = new();

        internal async Future<int> Body()
        {
            _began++;
            Begun.Set();
            try
            {
                await _go.WaitAsync();
                return (failing & Failing.InBody) == 0 ? 7 : throw new FormatException("body");
            }
            finally
            {
                await Kio.YieldNow();
                _cleanedUp++;
                FailIf((failing & Failing.InCleanup) != 0);
            }
        }

        internal async Future Look(JoinHandle<int> handle, Action? shutDown = null)
        {
            if (stop == Stop.AbortAtOnce)
            {
                Abort(handle);
            }
            else
            {
                await Begun.WaitAsync();
            }

            JoinHandle<JoinResult<int>>? waiter = null;
            if (interest is Interest.Before or Interest.Twice)
            {
                Event waits = new();
                waiter = Kio.Spawn(async () =>
                {
                    waits.Set();
                    return await handle.JoinAsync();
                });
                await waits.WaitAsync();
            }

            if (stop == Stop.AbortOnceBegun)
            {
                Abort(handle);
            }

            if (shutDown is null)
            {
                _go.Set();
            }
            else
            {
                // A worker gets round to its tasks in a while: one that went on meanwhile would be aborted in its cleanup.
                shutDown();
            }

            await Expect.Until(() => handle.IsFinished);
            if (stop == Stop.AbortOnceEnded)
            {
                Abort(handle);
            }

            List<JoinResult<int>> results = [];
            if (waiter is { } early)
            {
                results.Add(await early);
            }

            if (interest is Interest.After or Interest.Twice)
            {
                results.Add(await handle.JoinAsync());
            }

            if (stop == Stop.AbortOnceTaken)
            {
                Abort(handle);
                results.Add(await handle.JoinAsync());
            }

            Assert.True(handle.IsFinished);
            Assert.True(handle.AbortHandle.IsFinished);
            Assert.Equal(_began, _cleanedUp);
            Assert.True(_began == 1 || (_began == 0 && stop == Stop.AbortAtOnce));
            Ending expected = Expected();
            foreach (JoinResult<int> result in results)
            {
                Assert.Equal(expected, EndingOf(result));
                Assert.Equal(handle.Id, result.Id);
            }
        }

        private static void FailIf(bool fails)
        {
            if (fails)
            {
                throw new NotSupportedException("cleanup");
            }
        }

        private static Ending EndingOf(JoinResult<int> result)
        {
            if (result.IsCompletedSuccessfully)
            {
                Assert.Equal(7, result.Value);
                return Ending.Value;
            }

            Assert.Equal(result.IsAborted, result.Exception is TaskAbortedException);
            return result.IsAborted ? Ending.Aborted : result.Exception is FormatException ? Ending.Body : Ending.Cleanup;
        }

        // What cleanup throws takes the place of what it cleans up after.
        private Ending Expected()
        {
            if (_began != 0 && (failing & Failing.InCleanup) != 0)
            {
                return Ending.Cleanup;
            }

            return stop is Stop.AbortAtOnce or Stop.AbortOnceBegun or Stop.Shutdown ? Ending.Aborted
                : (failing & Failing.InBody) != 0 ? Ending.Body : Ending.Value;
        }

        private void Abort(JoinHandle<int> handle)
        {
            if (byAbortHandle)
            {
                handle.AbortHandle.Abort();
            }
            else
            {
                handle.Abort();
            }
        }
    }
}
