using System.Linq;
using System.Threading;
using Kioto.Tool.Bench;

namespace Kioto.Tool.Tests.Bench;

public sealed class OneshotTests
{
    [Fact]
    public void Gives_what_was_sent_before()
    {
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().Build();
        Oneshot<int> oneshot = new();
        oneshot.Send(7);
        Assert.Equal(7, runtime.BlockOn(oneshot.RecvAsync()));
    }

    [Fact]
    public void Wakes_the_latest_waker_once()
    {
        int first = 0;
        int second = 0;
        Oneshot<int> oneshot = new();
        PollContext one = new(Waker.Create(() => first++));
        PollContext two = new(Waker.Create(() => second++));
        Assert.True(oneshot.Poll(ref one).IsPending);
        Assert.True(oneshot.Poll(ref two).IsPending);
        oneshot.Send(7);
        Assert.Equal((0, 1), (first, second));
        Assert.Equal(7, oneshot.Poll(ref two).Value);
    }

    [Fact]
    public void Loses_no_wake_when_send_and_poll_race()
    {
        const int Rounds = 20_000;
        Oneshot<int>[] oneshots = [.. Enumerable.Range(0, Rounds).Select(_ => new Oneshot<int>())];
        int round = -1;
        Thread sender = new(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                SpinWait.SpinUntil(() => Volatile.Read(ref round) >= i);
                oneshots[i].Send(i);
            }
        });
        sender.Start();
        int[] woken = new int[Rounds];
        bool[] ready = new bool[Rounds];
        for (int i = 0; i < Rounds; i++)
        {
            int mine = i;
            PollContext one = new(Waker.Create(() => Interlocked.Increment(ref woken[mine])));
            PollContext two = new(Waker.Create(() => Interlocked.Increment(ref woken[mine])));
            Volatile.Write(ref round, i);
            ready[i] = oneshots[i].Poll(ref one).IsReady || oneshots[i].Poll(ref two).IsReady;
        }

        sender.Join();
        Assert.All(Enumerable.Range(0, Rounds), i => Assert.True(ready[i] || woken[i] == 1, $"round {i}"));
    }

    [Fact]
    public void A_permit_is_kept_for_the_next_waiter_and_consumed()
    {
        int woken = 0;
        PollContext context = new(Waker.Create(() => woken++));
        Permit permit = new();
        permit.NotifyOne();
        Assert.True(permit.Poll(ref context).IsReady);
        Assert.True(permit.Poll(ref context).IsPending);
        permit.NotifyOne();
        Assert.Equal(1, woken);
        Assert.True(permit.Poll(ref context).IsReady);
    }
}
