using System;
using Kioto.Sync;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>A channel with many receivers: nobody learns the end while a value may still come back.</summary>
internal static class MpmcModel
{
    /// <summary>A receiver was given the only value and is cancelled while the channel closes: the other one gets it.</summary>
    internal static void CancelWhileClosing()
    {
        var channel = new MpmcChannel<int>(2);
        var given = new Waiter();
        Assert.Equal(AcquireOutcome.NoPermits, channel.Values.Poll(given, new ParkedThread(), 1));
        Send(channel, 5);
        Model.Spawn(() => Assert.Equal(5, ReceiveAll(channel)));
        Model.Spawn(() => channel.Values.Withdraw(given));
        channel.Close();
    }

    /// <summary>A receiver was given the only value and takes it while the channel closes: the other one learns the end.</summary>
    internal static void TakeWhileClosing()
    {
        var channel = new MpmcChannel<int>(2);
        var target = new ParkedThread();
        var given = new Waiter();
        Assert.Equal(AcquireOutcome.NoPermits, channel.Values.Poll(given, target, 1));
        Send(channel, 5);
        Model.Spawn(() => Assert.Equal(0, ReceiveAll(channel)));
        Model.Spawn(() =>
        {
            Assert.Equal(AcquireOutcome.Acquired, channel.Values.Poll(given, target, 1));
            Assert.Equal(5, channel.Take());
        });
        channel.Close();
    }

    /// <summary>A value that was sent while the channel closed is received by one of two; else it was handed back.</summary>
    internal static void SendWhileClosing()
    {
        var channel = new MpmcChannel<int>(1);
        int received = 0;
        ModelHandle[] receivers = new ModelHandle[2];
        for (int i = 0; i < receivers.Length; i++)
        {
            receivers[i] = Model.Spawn(() => Interlocked.Add(ref received, ReceiveAll(channel)));
        }

        ModelHandle closer = Model.Spawn(channel.Close);
        bool sent = channel.Places.TryAcquire(1) == AcquireOutcome.Acquired && channel.Put(5).IsSent;
        closer.Join();
        foreach (ModelHandle receiver in receivers)
        {
            receiver.Join();
        }

        Assert.Equal(sent ? 5 : 0, Volatile.Read(ref received));
    }

    /// <summary>A batch of two of which the collection takes one, while the channel closes: the other one is received by who waits.</summary>
    internal static void BatchGivenBackWhileClosing()
    {
        var channel = new MpmcChannel<int>(2);
        Send(channel, 5);
        Send(channel, 7);
        Assert.Equal(AcquireOutcome.Acquired, channel.Values.TryAcquire(1));
        var narrow = new Narrow(1);
        ModelHandle batch = Model.Spawn(() =>
        {
            try
            {
                Assert.Equal(1, channel.TakeMany(narrow, 2)); // The other one was faster, and has the second.
            }
            catch (NotSupportedException)
            {
            }
        });
        int received = 0;
        ModelHandle other = Model.Spawn(() => received = ReceiveAll(channel));
        channel.Close();
        batch.Join();
        other.Join();
        Assert.Equal(12, received + narrow.Items[0]);
        Assert.Equal(2, channel.Places.Available);
    }

    /// <summary>The last value is taken while the channel closes: who watches learns that nothing comes.</summary>
    internal static void LastTakenForWhoWatches()
    {
        var channel = new MpmcChannel<int>(2);
        Send(channel, 5);
        Model.Spawn(() => Assert.True(channel.TryTake(out _)));
        Model.Spawn(channel.Close);
        WatchUntilOver(channel);
    }

    /// <summary>The last receiver ends while a value that it was given comes back: who watches learns that nothing comes.</summary>
    internal static void EndedForWhoWatches()
    {
        var channel = new MpmcChannel<int>(2);
        var given = new Waiter();
        Assert.Equal(AcquireOutcome.NoPermits, channel.Values.Poll(given, new ParkedThread(), 1));
        Send(channel, 5);
        Model.Spawn(channel.RemoveReceiver);
        Model.Spawn(() => channel.Values.Withdraw(given));
        WatchUntilOver(channel);
    }

    private static void WatchUntilOver(MpmcChannel<int> channel)
    {
        var target = new ParkedThread();
        var waiter = new Waiter();
        while (!channel.PollOver(waiter, target))
        {
            target.Sleep();
        }
    }

    private static void Send(MpmcChannel<int> channel, int value)
    {
        Assert.Equal(AcquireOutcome.Acquired, channel.Places.TryAcquire(1));
        Assert.True(channel.Put(value).IsSent);
    }

    private static int ReceiveAll(MpmcChannel<int> channel)
    {
        int sum = 0;
        var target = new ParkedThread();
        while (true)
        {
            var waiter = new Waiter();
            AcquireOutcome outcome;
            while ((outcome = channel.Values.Poll(waiter, target, 1)) == AcquireOutcome.NoPermits)
            {
                target.Sleep();
            }

            if (outcome == AcquireOutcome.Closed)
            {
                return sum;
            }

            sum += channel.Take();
        }
    }
}
