using System;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>Foreign code that doesn't keep to itself: what it does reaches only what it is about.</summary>
public sealed class ForeignHolesTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_continuation_that_is_called_twice_ends_no_other_await(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        for (int i = 0; i < 20; i++)
        {
            Twice first = new();
            Twice second = new();
            bool ended = false;
            JoinHandle handle = Kio.Spawn(async () =>
            {
                await first;
                await second;
                ended = true;
            });
            await Expect.Until(() => first.Continuation is not null);
            first.Continuation!();
            await Expect.Until(() => second.Continuation is not null);
            first.Continuation();
            await Kio.YieldNow();
            await Kio.YieldNow();
            Assert.False(Volatile.Read(ref ended));
            second.Continuation!();
            await handle;
        }
    });

    [Fact]
    public void A_continuation_that_runs_inline_in_another_task_is_not_cancelled_with_it() => Runtimes.Run(RuntimeKind.OneWorker, async () =>
    {
        TaskCompletionSource go = new();
        Signal signal = new();
        bool waiting = false;
        JoinHandle<int> owner = Kio.Spawn(async () => await Helper());
        await Expect.Until(() => waiting);
        JoinHandle other = Kio.Spawn(async () =>
        {
            go.SetResult(); // Runs the rest of Helper here.
            await Kio.Sleep(Timeout.InfiniteTimeSpan);
        });
        await Expect.Until(() => signal.Polls > 0);
        other.Abort();
        Assert.True((await other.JoinAsync()).IsAborted);
        signal.Set(5);
        Assert.Equal(5, await owner);

        async Task<int> Helper()
        {
            waiting = true;
            await go.Task;
            int result = await signal.AsFuture();
            await Kio.YieldNow();
            return result;
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_hand_written_future_may_call_methods_that_await_futures(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Signal inner = new();
        Signal outer = new();
        Task? helper = null;
        Future<int> polled = Poll.Of((ref PollContext context) =>
        {
            helper ??= outer.Polls == 0 ? null : Help();
            return ((IFuture<int>)outer).Poll(ref context);
        });
        JoinHandle<int> handle = Kio.Spawn(async () => await polled + 1);
        await Expect.Until(() => outer.Polls > 0);
        outer.WakeForNothing();
        await Expect.Until(() => inner.Polls > 0);
        outer.Set(4);
        Assert.Equal(5, await handle);
        inner.Set();
        await helper!;

        async Task Help() => await inner.AsFuture();
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_context_that_a_task_sets_stays_with_its_poll(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        SynchronizationContext? mine = await Kio.Spawn(async () => SynchronizationContext.Current);
        for (int i = 0; i < 20; i++)
        {
            await Kio.Spawn(async () =>
            {
                SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
                await Kio.YieldNow();
                SynchronizationContext.SetSynchronizationContext(null);
            });
            Assert.Same(mine, await Kio.Spawn(async () =>
            {
                await Kio.YieldNow();
                return SynchronizationContext.Current;
            }));
        }
    });

    private sealed class Twice : INotifyCompletion
    {
        internal Action? Continuation { get; private set; }

        public bool IsCompleted => false;

        public Twice GetAwaiter() => this;

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation) => Continuation = continuation;
    }
}
