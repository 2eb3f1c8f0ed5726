using System;

namespace Kioto.Tests;

/// <summary>A future that was given to what takes it no more goes back to its pool, although nobody ever polls it.</summary>
public sealed class RefusedTaskTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void By_a_runtime_that_has_ended(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        runtime.Dispose();
        AssertGivenBack(future =>
        {
            JoinHandle<int> handle = runtime.Spawn(future);
            Assert.True(handle.IsFinished);
            Assert.True(handle.Cell.WasAborted);
        });
        AssertGivenBack(future => Assert.True(new JoinSet<int>().SpawnOn(runtime.Handle, future).IsFinished));
    });

    [Fact]
    public void By_a_local_set_that_has_ended() => Bounded.Run(() =>
    {
        LocalSet local = new();
        local.Dispose();
        AssertGivenBack(future => Assert.True(local.SpawnLocal(future).IsFinished));
    });

    [Fact]
    public void By_a_local_set_of_another_thread() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.OneWorker);
        using LocalSet local = new();
        local.BlockOn(runtime, Kio.YieldNow());
        Assert.Throws<InvalidOperationException>(() => runtime.BlockOn(runtime.Spawn(() =>
        {
            Future<int> future = Number();
            FutureSource source = future.Source!;
            return Drive(local.RunUntilAsync(future), source);
        }).AsFuture()));

        // On the worker, in whose pool it is.
        static async Future Drive(Future<int> run, FutureSource source)
        {
            try
            {
                await run;
            }
            finally
            {
                Future<int> next = Number();
                Assert.Same(source, next.Source);
                next.Source!.Abandon();
            }
        }
    });

    [Fact]
    public void By_a_local_set_that_nobody_drives() => Bounded.Run(() =>
    {
        using LocalSet local = new();
        AssertGivenBack(future => local.RunUntilAsync(future).Source!.Abandon());
    });

    [Fact]
    public void By_groups_that_were_disposed() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.CurrentThread);
        runtime.BlockOn(async () =>
        {
            JoinSet<int> set = new();
            JoinQueue<int> queue = new();
            JoinMap<int, int> map = new();
            TaskScope scope = TaskScope.Open();
            await set.DisposeAsync();
            await queue.DisposeAsync();
            await map.DisposeAsync();
            await scope.DisposeAsync();
            AssertGivenBack(future => Assert.Throws<ObjectDisposedException>(() => set.Spawn(future)));
            AssertGivenBack(future => Assert.Throws<ObjectDisposedException>(() => queue.Spawn(future)));
            AssertGivenBack(future => Assert.Throws<ObjectDisposedException>(() => map.Spawn(1, future)));
            AssertGivenBack(future => Assert.Throws<ObjectDisposedException>(() => scope.Spawn(future)));
            bool same;
            int epoch;
            do
            {
                epoch = Depot.TrimEpoch;
                Future<int> waiting = Number();
                FutureSource source = waiting.Source!;
                await Expect.Throws<ObjectDisposedException>(async () => await set.SpawnAsync(waiting));
                same = ComesNext(source);
            }
            while (epoch != Depot.TrimEpoch);

            Assert.True(same);
        });
    });

    private static void AssertGivenBack(Action<Future<int>> refuse)
    {
        bool same;
        int epoch;
        do
        {
            // A collection in between, of whomever's, empties the pools.
            epoch = Depot.TrimEpoch;
            Future<int> future = Number();
            FutureSource source = future.Source!;
            refuse(future);
            same = ComesNext(source);
        }
        while (epoch != Depot.TrimEpoch);

        Assert.True(same);
    }

    // The pool gives its latest first.
    private static bool ComesNext(FutureSource source)
    {
        Future<int> next = Number();
        bool same = ReferenceEquals(source, next.Source);
        next.Source!.Abandon();
        return same;
    }

    private static async Future<int> Number()
    {
        await Kio.YieldNow();
        return 1;
    }
}
