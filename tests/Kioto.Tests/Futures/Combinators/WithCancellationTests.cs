using System;
using System.Collections.Concurrent;
using System.Threading;

namespace Kioto.Tests;

public sealed class WithCancellationTests
{
    private readonly ConcurrentQueue<Exception> _reports = [];

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void What_is_ready_is_never_cut_off(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        CancellationToken cancelled = new(canceled: true);
        Assert.Equal(1, await Future.FromResult(1).WithCancellation(cancelled));
        Assert.Equal(2, await JoinTests.After(0, 2).WithCancellation(cancelled));
        Assert.Equal(3, await JoinTests.After(3, 3).WithCancellation(CancellationToken.None));
        using CancellationTokenSource source = new();
        Assert.Equal(4, await JoinTests.After(3, 4).WithCancellation(source.Token));
        await Kio.YieldNow().WithCancellation(source.Token);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_cancelled_token_ends_it_after_the_cleanup(RuntimeKind kind) => Settle.Run(kind, _reports, async () =>
    {
        for (int i = 0; i < 50; i++)
        {
            using CancellationTokenSource source = new();
            int started = 0;
            bool cleaned = false;
            JoinHandle<int> handle = Kio.Spawn(Clean().WithCancellation(source.Token));
            await Expect.Until(() => Volatile.Read(ref started) == 1);
            new Thread(source.Cancel) { IsBackground = true }.UnsafeStart();
            OperationCanceledException thrown = await Expect.Throws<OperationCanceledException>(async () => await handle);
            Assert.Equal(source.Token, thrown.CancellationToken);
            Assert.IsNotType<FutureCancelledException>(thrown);
            Assert.True(cleaned);

            async Future<int> Clean()
            {
                try
                {
                    Volatile.Write(ref started, 1);
                    return await new Signal().AsFuture();
                }
                finally
                {
                    await Kio.YieldNow();
                    cleaned = true;
                }
            }
        }
    });

    [Fact]
    public void A_token_that_is_cancelled_already_ends_it_at_the_first_suspension() => Settle.Run(_reports, async () =>
    {
        CancellationToken cancelled = new(canceled: true);
        Signal signal = new();
        await Expect.Throws<OperationCanceledException>(async () => await signal.AsFuture().WithCancellation(cancelled));
        Assert.Equal(1, signal.Polls);
    });

    [Fact]
    public void The_registration_is_gone_afterwards() => Settle.Run(_reports, async () =>
    {
        using CancellationTokenSource source = new();
        Signal signal = new();
        JoinHandle<int> handle = Kio.Spawn(signal.AsFuture().WithCancellation(source.Token));
        await Settle.Rounds();
        signal.Set(1);
        Assert.Equal(1, await handle);

        // The task waits again, without the token: nothing may poll it when that is cancelled.
        Signal quiet = new();
        JoinHandle<int> waiting = Kio.Spawn(async () =>
        {
            Assert.Equal(0, (await Kio.Select(Kio.YieldNow(), new Signal().AsFuture().WithCancellation(source.Token))).Index);
            return await quiet.AsFuture();
        });
        await Settle.Rounds();
        int polls = quiet.Polls;
        source.Cancel();
        await Settle.Rounds();
        Assert.Equal(polls, quiet.Polls);
        quiet.Set(2);
        Assert.Equal(2, await waiting);
    });

    [Fact]
    public void A_failing_cleanup_is_the_cause() => Settle.Run(_reports, async () =>
    {
        OperationCanceledException thrown = await Expect.Throws<OperationCanceledException>(async () =>
            await FailInCleanup().WithCancellation(new CancellationToken(canceled: true)));
        Assert.IsType<BoomException>(thrown.InnerException);

        static async Future<int> FailInCleanup()
        {
            try
            {
                return await new Signal().AsFuture();
            }
            finally
            {
                Settle.Throw(new BoomException());
            }
        }
    });

    [Fact]
    public void It_needs_no_runtime() => Bounded.Run(() =>
    {
        using CancellationTokenSource source = new();
        System.Threading.Tasks.Task<int> task = new Signal().AsFuture().WithCancellation(source.Token).AsTask();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => task.GetAwaiter().GetResult());
    });
}
