using System;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>Futures without a method: ready, failed, pending, lazy, from a poll.</summary>
public sealed class FactoryTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_failed_future_throws_what_it_was_given(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        FormatException failure = new("x");
        Assert.Same(failure, await Expect.Throws<FormatException>(async () => await Future.FromException<int>(failure)));
        Assert.Same(failure, await Expect.Throws<FormatException>(async () => await Future.FromException(failure)));
        JoinHandle<int> handle = Kio.Spawn(Future.FromException<int>(failure));
        Assert.Same(failure, await Expect.Throws<FormatException>(async () => await handle));
#pragma warning disable KIO0001 // It is not made.
        Assert.Throws<ArgumentNullException>(() => { _ = Future.FromException(null!); });
#pragma warning restore KIO0001
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_pending_future_ends_by_cancellation_only(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        bool cleaned = false;
        Event begun = new();
        JoinHandle handle = Kio.Spawn(async () =>
        {
            try
            {
                begun.Set();
                await Future.Pending<int>();
            }
            finally
            {
                cleaned = true;
            }
        });
        JoinHandle other = Kio.Spawn(Future.Pending());
        await begun.WaitAsync();
        handle.Abort();
        other.Abort();
        await Expect.Throws<TaskAbortedException>(async () => await handle);
        await Expect.Throws<TaskAbortedException>(async () => await other);
        Assert.True(cleaned);
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_lazy_future_is_made_at_its_first_poll(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int made = 0;
        Future<int> lazy = Future.Lazy(async () =>
        {
            made++;
            await Kio.YieldNow();
            return 7;
        });
        Future unused = Future.Lazy(() =>
        {
            made++;
            return Future.Completed;
        });
        Assert.Equal(0, made);
        Assert.Equal(7, await lazy);
        Assert.Equal(1, made);
        await unused;
        Assert.Equal(2, made);
        await Expect.Throws<FormatException>(async () => await Future.Lazy(Future () => throw new FormatException()));
#pragma warning disable KIO0001 // It is not made.
        Assert.Throws<ArgumentNullException>(() => { _ = Future.Lazy((Func<Future>)null!); });
        Assert.Throws<ArgumentNullException>(() => { _ = Future.Lazy((Func<Future<int>>)null!); });
#pragma warning restore KIO0001
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_poll_delegate_is_a_future(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int polls = 0;
        int result = await Kio.PollFn((ref PollContext context) =>
        {
            if (++polls == 3)
            {
                return Poll<int>.Ready(polls);
            }

            context.Waker.Wake();
            return Poll<int>.Pending;
        });
        Assert.Equal(3, result);
        await Expect.Throws<FormatException>(async () =>
            await Kio.PollFn<int>((ref PollContext _) => throw new FormatException()));
#pragma warning disable KIO0001 // It is not made.
        Assert.Throws<ArgumentNullException>(() => { _ = Kio.PollFn<int>(null!); });
#pragma warning restore KIO0001
    });

    [Fact]
    public async Task Factories_work_in_Task_methods_without_a_runtime()
    {
        Assert.Equal(3, await Future.Lazy(() => Future.FromResult(3)));
        await Assert.ThrowsAsync<FormatException>(async () => await Future.FromException<int>(new FormatException()));
    }
}
