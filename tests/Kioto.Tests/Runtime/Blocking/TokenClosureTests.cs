using System;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>Closures that can be told to stop, wherever they were spawned: who aborts them cancels their token.</summary>
public sealed class TokenClosureTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [Fact]
    public void Abort_cancels_the_token_in_a_pool() => Runtimes.Run(async () =>
    {
        BlockingPool pool = Kio.BlockingPool("cpu");
        await EndsAborted(stop => pool.Spawn(stop.Wait));
        await EndsAborted(stop => pool.Spawn(stop.WaitForNumber));
        await EndsAbortedAsync(stop => pool.SpawnAsync(stop.Wait));
        await EndsAbortedAsync(stop => pool.SpawnAsync(stop.WaitForNumber));
        await EndsAbortedAsync(stop => Kio.SpawnBlockingAsync(stop.Wait));
        await EndsAbortedAsync(stop => RuntimeHandle.Current.SpawnBlockingAsync(stop.WaitForNumber));
        await EndsAborted(stop => Kio.Named("closure").SpawnBlocking(stop.Wait));
        await EndsAborted(stop => Kio.Named("closure").SpawnBlocking(stop.WaitForNumber));
    });

    [Fact]
    public void Abort_cancels_the_token_in_a_group() => Runtimes.Run(async () =>
    {
        RuntimeHandle runtime = RuntimeHandle.Current;
        await using JoinSet set = new();
        await using JoinSet<int> results = new();
        await using JoinMap<string, int> map = new();
        await using JoinQueue<int> queue = new();
        await using TaskScope scope = TaskScope.Open();
        TaskTracker tracker = new();
        await StopsAtAbort(stop => set.SpawnBlocking(stop.Wait));
        await StopsAtAbort(stop => set.SpawnBlockingOn(runtime, stop.Wait));
        await StopsAtAbort(stop => results.SpawnBlocking(stop.WaitForNumber));
        await StopsAtAbort(stop => results.SpawnBlockingOn(runtime, stop.WaitForNumber));
        await StopsAtAbort(stop => map.SpawnBlocking("1", stop.WaitForNumber));
        await StopsAtAbort(stop => map.SpawnBlockingOn(runtime, "2", stop.WaitForNumber));
        await StopsAtAbort(stop => queue.SpawnBlocking(stop.WaitForNumber));
        await StopsAtAbort(stop => queue.SpawnBlockingOn(runtime, stop.WaitForNumber));
        await StopsAtAbort(stop => scope.SpawnBlocking(stop.Wait));
        await StopsAtAbort(stop => tracker.SpawnBlocking(stop.Wait));
        await EndsAborted(stop => scope.SpawnBlocking(stop.WaitForNumber));
        await EndsAborted(stop => tracker.SpawnBlocking(stop.WaitForNumber));
        Assert.Equal(2, set.Count);
        while (await set.JoinNextAsync() is { } ended)
        {
            Assert.True(ended.IsAborted);
        }
    });

    [Fact]
    public void A_closure_in_a_group_gives_what_it_returns() => Runtimes.Run(async () =>
    {
        await using JoinSet<int> set = new();
        set.SpawnBlocking((CancellationToken token) => token.IsCancellationRequested ? 0 : 3);
        Assert.Equal(3, (await set.JoinNextAsync())!.Value.Value);
        Assert.Equal(4, await TaskScope.RunAsync(async scope => await scope.SpawnBlocking((CancellationToken _) => 4)));
    });

    [Fact]
    public void A_failing_sibling_cancels_the_token() => Runtimes.Run(async () =>
    {
        using Closure stop = new();
        await Expect.Throws<FormatException>(async () => await TaskScope.RunAsync(async scope =>
        {
            scope.SpawnBlocking(stop.Wait);
            await stop.Started;
            scope.Spawn(async () => throw new FormatException());
        }));
        Assert.True(stop.WasTold);
    });

    [Fact]
    public void Disposing_a_set_cancels_the_token() => Runtimes.Run(async () =>
    {
        using Closure stop = new();
        await using (JoinSet<int> set = new())
        {
            set.SpawnBlocking(stop.WaitForNumber);
            await stop.Started;
        }

        Assert.True(stop.WasTold);
    });

    [Fact]
    public void One_that_waits_for_a_slot_never_runs_when_it_is_aborted() => Runtimes.Run(async () =>
    {
        using Closure first = new();
        using Closure second = new();
        await using JoinSet set = new(1);
        set.SpawnBlocking(first.Wait);
        AbortHandle queued = set.SpawnBlocking(second.Wait);
        await first.Started;
        queued.Abort();
        Assert.True((await set.JoinNextAsync())!.Value.IsAborted);
        Assert.False(second.Started.IsCompleted);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Shutdown_cancels_the_token(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        using Closure pooled = new();
        using Closure member = new();
        using Closure tracked = new();
        runtime.BlockOn(async () =>
        {
            _ = runtime.BlockingPool("cpu").Spawn(pooled.Wait);
            JoinSet set = new();
            set.SpawnBlocking(member.Wait);
            set.DetachAll();
            new TaskTracker().SpawnBlocking(tracked.Wait);
            await pooled.Started;
            await member.Started;
            await tracked.Started;
        });
        ShutdownReport report = runtime.ShutdownTimeout(s_hour);
        Assert.True(report.IsClean, report.ToString());
        Assert.True(pooled.WasTold && member.WasTold && tracked.WasTold);
    });

    [Fact]
    public void A_closure_of_a_pool_may_have_a_name() => Runtimes.Run(async () =>
    {
        BlockingPool pool = Kio.BlockingPool("cpu");
        Assert.Equal("name", pool.Spawn(() => { }, "name").Site.Name);
        Assert.Equal("name", pool.Spawn(() => 1, "name").Cell.Site.Name);
        Assert.Equal("name", pool.Spawn((CancellationToken _) => { }, "name").Site.Name);
        Assert.Equal("name", pool.Spawn((CancellationToken _) => 1, "name").Cell.Site.Name);
        Assert.Equal("name", (await pool.SpawnAsync(() => { }, "name")).Site.Name);
        Assert.Equal("name", (await pool.SpawnAsync(() => 1, "name")).Cell.Site.Name);
        Assert.Equal("name", (await pool.SpawnAsync((CancellationToken _) => { }, "name")).Site.Name);
        Assert.Equal("name", (await pool.SpawnAsync((CancellationToken _) => 1, "name")).Cell.Site.Name);
        Assert.Null(pool.Spawn(() => { }).Site.Name);
        Assert.Equal("name", Assert.Throws<ArgumentException>(() => pool.Spawn(() => { }, "")).ParamName);
    });

    [Fact]
    public void A_method_that_fits_both_is_called_without_a_token() => Runtimes.Run(async () =>
    {
        BlockingPool pool = Kio.BlockingPool("cpu");
        await using JoinSet<int> set = new();
        set.SpawnBlocking(Both);
        Assert.Equal(1, (await set.JoinNextAsync())!.Value.Value);
        Assert.Equal(1, await pool.Spawn(Both));
        Assert.Equal(1, await await pool.SpawnAsync(Both));
        Assert.Equal(1, await await Kio.SpawnBlockingAsync(Both));
        Assert.Equal(1, await Kio.Named("both").SpawnBlocking(Both));
    });

    private static int Both() => 1;

    private static int Both(CancellationToken token) => token.CanBeCanceled ? 2 : 3;

    private static Future EndsAborted(Func<Closure, JoinHandle> spawn) => EndsAbortedAsync(async stop => spawn(stop));

    private static Future EndsAborted(Func<Closure, JoinHandle<int>> spawn) => EndsAbortedAsync(async stop => spawn(stop));

    private static async Future EndsAbortedAsync(Func<Closure, Future<JoinHandle>> spawn)
    {
        using Closure stop = new();
        JoinHandle handle = await spawn(stop);
        await stop.Started;
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.True(stop.WasTold);
    }

    private static async Future EndsAbortedAsync(Func<Closure, Future<JoinHandle<int>>> spawn)
    {
        using Closure stop = new();
        JoinHandle<int> handle = await spawn(stop);
        await stop.Started;
        handle.Abort();
        Assert.True((await handle.JoinAsync()).IsAborted);
        Assert.True(stop.WasTold);
    }

    private static async Future StopsAtAbort(Func<Closure, AbortHandle> spawn)
    {
        using Closure stop = new();
        AbortHandle handle = spawn(stop);
        await stop.Started;
        handle.Abort();
        await Expect.Until(() => handle.IsFinished);
        Assert.True(stop.WasTold);
    }

    /// <summary>A closure that ends when it is told to.</summary>
    private sealed class Closure : IDisposable
    {
        private readonly TaskCompletionSource _started = new();
        private readonly ManualResetEventSlim _given = new();

        internal Task Started => _started.Task;

        internal bool WasTold { get; private set; }

        public void Dispose() => _given.Set(); // A failed assertion leaves no thread behind.

        internal void Wait(CancellationToken token)
        {
            _started.SetResult();
            try
            {
                _given.Wait(token);
            }
            catch (OperationCanceledException)
            {
                WasTold = true;
                throw;
            }
        }

        internal int WaitForNumber(CancellationToken token)
        {
            Wait(token);
            return 1;
        }
    }
}
