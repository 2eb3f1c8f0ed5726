using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>The runtime as a synchronization context.</summary>
public sealed class SynchronizationContextTests
{
    private const string Worker = "context-worker";

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void It_is_current_in_tasks_and_in_BlockOn(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Create(kind);
        SynchronizationContext context = runtime.AsSynchronizationContext();
        Assert.Same(context, runtime.Handle.AsSynchronizationContext());
        Assert.Same(context, context.CreateCopy());
        Assert.Same(context, runtime.BlockOn(async Future<SynchronizationContext?> () => SynchronizationContext.Current));
        runtime.RunTask(async () =>
        {
            SynchronizationContext current = SynchronizationContext.Current!;
            AssertIs(current);
            await Kio.YieldNow();
            Assert.Same(current, SynchronizationContext.Current);
        });
        AssertIs(runtime.BlockOn(async Task<SynchronizationContext?> () =>
        {
            await Task.Yield();
            return SynchronizationContext.Current;
        }));

        // A per-core worker has one of its own, which keeps what is posted there.
        void AssertIs(SynchronizationContext? current)
        {
            if (kind == RuntimeKind.PerCore)
            {
                Assert.IsType(context.GetType(), current);
                Assert.NotSame(context, current);
                return;
            }

            Assert.Same(context, current);
        }
    });

#if !DEBUG // In Debug state machines are classes.
    [Fact]
    public void Posting_on_a_worker_allocates_nothing() => Bounded.Run(() => Allocations.AssertNothing(
        RuntimeKind.OneWorker,
        static async rounds =>
        {
            for (int i = 0; i < rounds; i++)
            {
                SynchronizationContext.Current!.Post(static _ => { }, null);
                await Kio.YieldNow();
            }
        }));
#endif

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Posts_from_inside_are_work_items_of_their_own_in_order(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Create(kind);
        runtime.RunTask(async () =>
        {
            bool inside = true;
            int ran = 0;
            for (int i = 0; i < 100; i++)
            {
                SynchronizationContext.Current!.Post(
                    _ =>
                    {
                        Assert.False(kind is RuntimeKind.CurrentThread or RuntimeKind.OneWorker && inside);
                        Interlocked.Increment(ref ran);
                    },
                    null);
            }

            inside = false;
            await Expect.Until(() => Volatile.Read(ref ran) == 100);
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Posts_from_outside_run_on_workers(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Create(kind);
        TaskCompletionSource<bool> ran = new();
        runtime.AsSynchronizationContext().Post(state => ran.SetResult((int)state! == 7 && OnWorker(kind)), 7);
        Assert.True(runtime.BlockOn(async () => await ran.Task));
    });

    [Fact]
    public void A_post_that_throws_is_reported_and_the_worker_goes_on() => Bounded.Run(() =>
    {
        TaskCompletionSource<Exception> reported = new();
        using Runtime runtime = Runtimes.Builder(RuntimeKind.OneWorker).OnUnhandledFailure(reported.SetResult).Build();
        runtime.AsSynchronizationContext().Post(_ => throw new FormatException(), null);
        Assert.IsType<FormatException>(runtime.BlockOn(async () => await reported.Task));
        runtime.RunTask(async () => await Kio.YieldNow());
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Send_runs_at_once_on_the_runtimes_threads(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Create(kind);
        SynchronizationContext context = runtime.AsSynchronizationContext();
        runtime.BlockOn(Check);
        runtime.RunTask(Check);
        runtime.BlockOn(async () => await Task.Factory.StartNew(
            () => Sent(context), CancellationToken.None, TaskCreationOptions.None, runtime.AsTaskScheduler()));

        async Future Check()
        {
            Assert.Equal(Environment.CurrentManagedThreadId, Sent(context));
            await Kio.YieldNow();
            await Expect.Throws<FormatException>(() =>
            {
                context.Send(_ => throw new FormatException(), null);
                return Future.Completed;
            });
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Send_from_elsewhere_waits_and_throws_what_it_threw(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Create(kind);
        SynchronizationContext context = runtime.AsSynchronizationContext();
        runtime.BlockOn(async () => await Kio.SpawnBlocking(() =>
        {
            for (int i = 0; i < 50; i++)
            {
                bool worker = false;
                context.Send(_ => worker = OnWorker(kind), null);
                Assert.True(worker);
                Assert.Throws<FormatException>(() => context.Send(_ => throw new FormatException(), null));
            }
        }));
    });

    [Fact]
    public void Send_from_another_runtimes_worker_throws_instead_of_blocking_it() => Bounded.Run(() =>
    {
        using Runtime runtime = Create(RuntimeKind.OneWorker);
        using Runtime other = Create(RuntimeKind.OneWorker);
        other.RunTask(async () =>
        {
            Assert.Contains("Use Post", Assert.Throws<InvalidOperationException>(
                () => runtime.AsSynchronizationContext().Send(_ => { }, null)).Message, StringComparison.Ordinal);
            await Kio.YieldNow();
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Callbacks_that_are_sent_by_the_library_arrive(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Create(kind);
        runtime.RunTask(async () =>
        {
            using CancellationTokenSource source = new();
            bool registered = false;
            TaskCompletionSource<bool> progress = new();
            source.Token.Register(() => registered = OnWorker(kind), useSynchronizationContext: true);
            IProgress<int> reporter = new Progress<int>(_ => progress.SetResult(OnWorker(kind)));
            await Kio.SpawnBlocking(() =>
            {
                source.Cancel();
                reporter.Report(1);
            });
            Assert.True(registered);
            Assert.True(await progress.Task);
        });
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void After_the_end_nothing_is_lost(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Create(kind);
        SynchronizationContext context = runtime.AsSynchronizationContext();
        runtime.RunTask(async () => await Kio.YieldNow());
        runtime.Dispose();
        using ManualResetEventSlim ran = new();
        AsyncLocal<int> local = new() { Value = 5 };
        int seen = 0;
        context.Post(
            _ =>
            {
                seen = local.Value;
                ran.Set();
            },
            null);
        ran.Wait();
        Assert.Equal(5, seen);
        bool sent = false;
        context.Send(_ => sent = true, null);
        Assert.True(sent);
        Assert.Throws<FormatException>(() => context.Send(_ => throw new FormatException(), null));
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Posts_that_race_with_the_end_all_run(RuntimeKind kind) => Bounded.Run(() =>
    {
        for (int round = 0; round < 20; round++)
        {
            Runtime runtime = Create(kind);
            SynchronizationContext context = runtime.AsSynchronizationContext();
            using CountdownEvent left = new(400);
            List<Thread> posters = [];
            for (int i = 0; i < 2; i++)
            {
                Thread poster = new(() =>
                {
                    for (int j = 0; j < 200; j++)
                    {
                        context.Post(_ => left.Signal(), null);
                    }
                })
                { IsBackground = true };
                poster.Start();
                posters.Add(poster);
            }

            runtime.Dispose();
            posters.ForEach(poster => poster.Join());
            left.Wait();
        }
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_blocking_closure_has_set_is_not_the_next_ones(bool fails) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).MaxBlockingThreads(1).Build();
        runtime.BlockOn(async () =>
        {
            int thread = 0;
            _ = await runtime.SpawnBlocking(() =>
            {
                thread = Environment.CurrentManagedThreadId;
                SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
                if (fails)
                {
                    throw new FormatException();
                }
            }).JoinAsync();
            (int, SynchronizationContext?) next =
                await runtime.SpawnBlocking(() => (Environment.CurrentManagedThreadId, SynchronizationContext.Current));
            Assert.Equal((thread, null), next);
        });
    });

    private static int Sent(SynchronizationContext context)
    {
        int thread = 0;
        context.Send(_ => thread = Environment.CurrentManagedThreadId, null);
        return thread;
    }

    private static Runtime Create(RuntimeKind kind) => Runtimes.Builder(kind).ThreadName(Worker).Build();

    private static bool OnWorker(RuntimeKind kind) =>
        Thread.CurrentThread.Name == (kind == RuntimeKind.CurrentThread ? Bounded.ThreadName : Worker);
}
