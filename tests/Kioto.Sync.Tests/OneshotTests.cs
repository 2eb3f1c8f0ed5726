using System;
using System.Threading;
using Kioto.Sync;

namespace Kioto.SyncTests;

public sealed class OneshotTests
{
    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void AValueArrives(Where where) => Host.Run(where, async spawner =>
    {
        for (int i = 0; i < 200; i++)
        {
            (OneshotSender<int> sender, OneshotReceiver<int> receiver) = Oneshot.Create<int>();
            int value = i;
            Job sending = spawner.Spawn(() =>
            {
                Assert.True(sender.Send(value).IsSent);
                return Future.Completed;
            });
            Assert.Equal(i, (await receiver.RecvAsync()).Value);
            await sending.Join();
        }
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void TheReceiverItselfCanBeAwaited(Where where) => Host.Run(where, async spawner =>
    {
        (OneshotSender<int> sender, OneshotReceiver<int> receiver) = Oneshot.Create<int>();
        Job sending = spawner.Spawn(async () =>
        {
            await Spawner.Settle();
            sender.Send(7);
        });
        RecvResult<int> received = await receiver;
        Assert.Equal(7, received.Value);
        await sending.Join();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await receiver);
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void ADisposedSenderIsSeen(Where where) => Host.Run(where, async spawner =>
    {
        (OneshotSender<int> sender, OneshotReceiver<int> receiver) = Oneshot.Create<int>();
        Job receiving = spawner.Spawn(async () =>
        {
            RecvResult<int> result = await receiver.RecvAsync();
            Assert.True(result.IsClosed);
            Assert.Throws<ClosedException>(() => result.Value);
        });
        await Spawner.Settle();
        sender.Dispose();
        sender.Dispose();
        await receiving.Join();
    });

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void AClosedReceiverIsSeen(Where where) => Host.Run(where, async spawner =>
    {
        (OneshotSender<string> sender, OneshotReceiver<string> receiver) = Oneshot.Create<string>();
        Job waiting = spawner.Spawn(async () => await sender.ClosedAsync());
        await Spawner.Settle();
        Assert.False(sender.IsClosed);
        receiver.Close();
        await waiting.Join();
        Assert.True(sender.IsClosed);
        SendResult<string> result = sender.Send("back");
        Assert.True(result.IsClosed);
        Assert.True(result.TryGetRejected(out string? back));
        Assert.Equal("back", back);
        Assert.False(receiver.TryRecv(out _));
        Assert.True((await receiver.RecvAsync()).IsClosed);
    });

    [Fact]
    public void AValueThatWasSentBeforeClosingIsStillThere()
    {
        (OneshotSender<int> sender, OneshotReceiver<int> receiver) = Oneshot.Create<int>();
        Assert.True(receiver.IsEmpty);
        Assert.False(receiver.TryRecv(out _));
        sender.Send(4);
        Assert.False(receiver.IsEmpty);
        receiver.Close();
        Assert.True(receiver.TryRecv(out int value));
        Assert.Equal(4, value);
    }

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void MisuseIsCaught(Where where) => Host.Run(where, async _ =>
    {
        (OneshotSender<int> sender, OneshotReceiver<int> receiver) = Oneshot.Create<int>();
        sender.Send(1);
        Assert.Throws<ObjectDisposedException>(() => sender.Send(2));
        Assert.False(sender.IsClosed);
        Assert.Equal(1, (await receiver.RecvAsync()).Value);
        Assert.True(sender.IsClosed); // It has had its value.

        // The pooled core serves others now.
        (OneshotSender<int> next, OneshotReceiver<int> nextReceiver) = Oneshot.Create<int>();
        Assert.Throws<ObjectDisposedException>(() => sender.Send(3));
        Assert.Throws<ObjectDisposedException>(() => receiver.TryRecv(out int _));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await receiver.RecvAsync());
        receiver.Dispose();
        sender.Dispose();
        Assert.True(sender.IsClosed);
        Assert.False(next.IsClosed);
        next.Send(5);
        Assert.Equal(5, (await nextReceiver.RecvAsync()).Value);
        Assert.Throws<InvalidOperationException>(() => default(OneshotSender<int>).Send(1));
        Assert.Throws<InvalidOperationException>(() => default(OneshotSender<int>).IsClosed);
        Assert.Throws<InvalidOperationException>(() => default(OneshotReceiver<int>).IsEmpty);
    });

    [Theory]
    [MemberData(nameof(Host.OneThread), MemberType = typeof(Host))]
    public void CancellingLosesNothing(Where where) => Host.Run(where, async spawner =>
    {
        (OneshotSender<int> sender, OneshotReceiver<int> receiver) = Oneshot.Create<int>();
        Job cancelled = spawner.Spawn(async () => await receiver.RecvAsync());
        await Spawner.Settle();
        await cancelled.Cancel();
        Parked<RecvResult<int>> arm = new(receiver.RecvAsync());
        Assert.False(arm.Poll());
        sender.Send(8);
        arm.Dispose();
        Assert.Equal(8, (await receiver.RecvAsync()).Value);
    });

    [Fact]
    public void ADisposedReceiverRejects()
    {
        (OneshotSender<int> sender, OneshotReceiver<int> receiver) = Oneshot.Create<int>();
        receiver.Dispose();
        Assert.True(sender.Send(1).IsClosed);
        (sender, receiver) = Oneshot.Create<int>();
        sender.Send(1);
        receiver.Dispose();
    }

    [Theory]
    [MemberData(nameof(Host.All), MemberType = typeof(Host))]
    public void ItIsTerminatedWhenItHasHadItsOutcome(Where where) => Host.Run(where, async _ =>
    {
        (OneshotSender<int> sender, OneshotReceiver<int> receiver) = Oneshot.Create<int>();
        Assert.False(receiver.IsTerminated);
        sender.Send(1);
        Assert.False(receiver.IsTerminated);
        Assert.Equal(1, (await receiver.RecvAsync()).Value);
        Assert.True(receiver.IsTerminated);

        (sender, receiver) = Oneshot.Create<int>();
        Assert.False(receiver.TryRecv(out int _)); // Nothing yet is no outcome.
        Assert.False(receiver.IsTerminated);
        sender.Send(2);
        Assert.True(receiver.TryRecv(out int _));
        Assert.True(receiver.IsTerminated);

        (sender, receiver) = Oneshot.Create<int>();
        sender.Dispose();
        Assert.False(receiver.IsTerminated);
        Assert.True((await receiver.RecvAsync()).IsClosed);
        Assert.True(receiver.IsTerminated);
        Assert.True((await receiver.RecvAsync()).IsClosed); // Again, as before.
        receiver.Dispose();
        Assert.True(receiver.IsTerminated);

        (sender, receiver) = Oneshot.Create<int>();
        receiver.Close();
        Assert.False(receiver.IsTerminated);
        Assert.False(receiver.TryRecv(out int _));
        Assert.True(receiver.IsTerminated);
        sender.Dispose();
    });

    [Fact]
    public void OfManyWhoSendOneDoesAndItsValueArrives() => Host.OnThread(() =>
    {
        for (int round = 0; round < 300; round++)
        {
            (OneshotSender<int> sender, OneshotReceiver<int> receiver) = Oneshot.Create<int>();
            using Barrier together = new(3);
            int winner = 0;
            Thread[] threads = new Thread[3];
            for (int i = 0; i < threads.Length; i++)
            {
                int mine = i + 1;
                threads[i] = new Thread(() =>
                {
                    together.SignalAndWait();
                    try
                    {
                        sender.Send(mine);
                        Assert.Equal(0, Interlocked.Exchange(ref winner, mine));
                    }
                    catch (ObjectDisposedException)
                    {
                        // Another one was faster.
                    }
                });
                threads[i].Start();
            }

            int received = receiver.Recv().Value;
            foreach (Thread thread in threads)
            {
                thread.Join();
            }

            Assert.Equal(winner, received);
        }
    });

    [Fact]
    public void Blocking() => Host.OnThread(() =>
    {
        (OneshotSender<int> sender, OneshotReceiver<int> receiver) = Oneshot.Create<int>();
        Thread thread = new(() => sender.Send(2));
        thread.Start();
        Assert.Equal(2, receiver.Recv().Value);
        thread.Join();
    });
}
