using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using Kioto.Sync;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>An mpsc channel: what was sent arrives, in the order of each sender, and then the end; nobody waits for ever.</summary>
internal static class MpscModel
{
    /// <summary>Two senders; the queue grows, as two do not fit into its first ring.</summary>
    internal static void TwoSenders()
    {
        var channel = new MpscChannel<int>(MpscChannel<int>.Unbounded);
        channel.Senders.Add();
        for (int i = 0; i < 2; i++)
        {
            int mine = 10 * i;
            Model.Spawn(() =>
            {
                Send(channel, mine + 1);
                Send(channel, mine + 2);
                channel.RemoveSender();
            });
        }

        List<int> received = ReceiveAll(channel);
        Assert.Equal(4, received.Count);
        Assert.True(received.IndexOf(1) < received.IndexOf(2));
        Assert.True(received.IndexOf(11) < received.IndexOf(12));
    }

    /// <summary>One place: the sender waits for the receiver and the receiver for the sender.</summary>
    internal static void FullAndEmpty()
    {
        var channel = new MpscChannel<int>(1);
        Assert.True(Send(channel, 9)); // It makes the ring, whose first value is never one that is being written.
        Assert.True(TryReceive(channel, 9));
        Model.Spawn(() =>
        {
            Send(channel, 1);
            Send(channel, 2);
            channel.RemoveSender();
        });
        Assert.Equal([1, 2], ReceiveAll(channel));
    }

    /// <summary>Large values, which travel in pooled parcels: each arrives as it was sent. The first makes the ring.</summary>
    internal static void Parcels()
    {
        var channel = new MpscChannel<Large>(2);
        Model.Spawn(() =>
        {
            Send(channel, new Large(1));
            Send(channel, new Large(2));
            channel.RemoveSender();
        });
        Assert.Equal([1, 2], ReceiveAll(channel).ConvertAll(large => large.Value));
    }

    /// <summary>Two receive large values at once, which they must not: what carries values is not given to two other channels.</summary>
    internal static void ParcelsTakenByTwo()
    {
        var channel = new MpscChannel<Large>(2);
        Assert.True(Send(channel, new Large(1)));
        ModelHandle other = Model.Spawn(() => Take(channel));
        Take(channel);
        other.Join();
        for (int i = 2; i < 4; i++)
        {
            Assert.True(Send(new MpscChannel<Large>(1), new Large(i)));
        }
    }

    /// <summary>Somebody looks at a large value beside the receiver's end, and what carried it carries another one: he sees the first, or none.</summary>
    internal static void PeekedBesideTheEnd()
    {
        var channel = new MpscChannel<Large>(2);
        var next = new MpscChannel<Large>(2);
        Assert.True(Send(channel, new Large(1)));
        Model.Spawn(() => Assert.Equal(1, channel.TryPeek(out Large value) ? value.Value : 1));
        channel.EndReceiving();
        Assert.True(Send(next, new Large(2)));
    }

    /// <summary>Closing while a value is sent: it arrives before the end, or it comes back.</summary>
    internal static void SendOrClose()
    {
        var channel = new MpscChannel<int>(2);
        bool sent = false;
        ModelHandle sender = Model.Spawn(() => sent = Send(channel, 1));
        channel.Close();
        List<int> received = ReceiveAll(channel);
        sender.Join();
        Assert.Equal(sent ? 1 : 0, received.Count);
    }

    /// <summary>The last value is taken while the channel ends: who did the later of both finds it drained.</summary>
    internal static void DrainedForOneOfTwo()
    {
        var channel = new MpscChannel<int>(MpscChannel<int>.Unbounded);
        Assert.True(Send(channel, 1));
        bool drained = false;
        ModelHandle reader = Model.Spawn(() =>
        {
            Assert.True(channel.TryReceive(out _));
            drained = channel.IsDrainedByNow();
        });
        channel.Close();
        bool drainedHere = channel.IsDrainedByNow();
        reader.Join();
        Assert.True(drained || drainedHere, "nobody learns the end");
    }

    /// <summary>A reserved place is given back unused after the end: the receiver learns the end.</summary>
    internal static void PlaceGivenBackAfterTheEnd()
    {
        var channel = new MpscChannel<int>(1);
        Assert.Equal(AcquireOutcome.Acquired, channel.Places.TryAcquire(1));
        channel.Close();
        Model.Spawn(() => channel.GiveBack(1));
        Assert.Empty(ReceiveAll(channel));
    }

    /// <summary>The same without bounds: what is being written when the channel ends comes before the end.</summary>
    internal static void SendOrCloseUnbounded()
    {
        var channel = new MpscChannel<int>(MpscChannel<int>.Unbounded);
        int sent = 0;
        ModelHandle sender = Model.Spawn(() =>
        {
            for (int i = 0; i < 3; i++)
            {
                sent += Send(channel, i) ? 1 : 0; // The third one needs a second ring.
            }
        });
        ModelHandle closer = Model.Spawn(channel.Close);
        List<int> received = ReceiveAll(channel);
        Assert.False(Send(channel, 9));
        closer.Join();
        sender.Join();
        Assert.Equal(sent, received.Count);
        Assert.True(channel.IsDrained());
    }

    /// <summary>Receives that take no place, beside the end of the receiver: no value is taken by two, and none after the end.</summary>
    internal static void DirectlyOrEnded()
    {
        var channel = new MpscChannel<int>(MpscChannel<int>.Unbounded);
        Send(channel, 1);
        Send(channel, 2);
        ModelHandle ender = Model.Spawn(channel.EndReceiving);
        RecvResult<int> one = default;
        RecvResult<int> two = default;
        bool first = channel.TryReceiveNow(ref one);
        bool second = channel.TryReceiveNow(ref two);
        ender.Join();
        Assert.True(first || !second);
        Assert.True(!first || one.Value == 1);
        Assert.True(!second || two.Value == 2);
        Assert.True(channel.IsDrained());
    }

    /// <summary>A receiver that takes what is there, beside its end: no value is taken by two.</summary>
    internal static void TakenOrEnded()
    {
        var channel = new MpscChannel<int>(MpscChannel<int>.Unbounded);
        Send(channel, 1);
        Send(channel, 2);
        ModelHandle ender = Model.Spawn(channel.EndReceiving);
        bool first = TryReceive(channel, 1);
        bool second = TryReceive(channel, 2);
        ender.Join();
        Assert.True(first || !second);
    }

    /// <summary>An empty channel's receiver ends while it takes, and a permit is used beside both: one takes at a time.</summary>
    internal static void EndedBesideAPermit()
    {
        var channel = new MpscChannel<int>(2);
        Assert.Equal(AcquireOutcome.Acquired, channel.Places.TryAcquire(1));
        Assert.Equal(AcquireOutcome.Acquired, channel.Places.TryAcquire(1));
        ModelHandle ender = Model.Spawn(channel.EndReceiving);
        ModelHandle sender = Model.Spawn(() =>
        {
            channel.Put(1);
            channel.Put(2);
        });
        RecvResult<int> one = default;
        RecvResult<int> two = default;
        bool first = channel.TryReceiveNow(ref one);
        bool second = channel.TryReceiveNow(ref two);
        ender.Join();
        sender.Join();
        Assert.True(first || !second || two.Value == 1);
        Assert.True(!first || one.Value == 1);
        Assert.True(!(first && second) || two.Value == 2);
        Assert.True(channel.IsDrained());
    }

    /// <summary>The receiver ends while two send what they have permits for: both values are forgotten.</summary>
    internal static void TwoSendersAfterTheEnd()
    {
        var channel = new MpscChannel<int>(2);
        var senders = new ModelHandle[2];
        for (int i = 0; i < senders.Length; i++)
        {
            Assert.Equal(AcquireOutcome.Acquired, channel.Places.TryAcquire(1));
            senders[i] = Model.Spawn(() => channel.Put(1));
        }

        channel.EndReceiving();
        foreach (ModelHandle sender in senders)
        {
            sender.Join();
        }

        Assert.True(channel.IsDrained());
    }

    /// <summary>The receiver ends beside a receive from an empty channel: that is told so, not that the senders have ended.</summary>
    internal static void EndedBesideItsWait()
    {
        var channel = new MpscChannel<int>(MpscChannel<int>.Unbounded);
        Model.Spawn(() => Assert.Throws<ObjectDisposedException>(() => ReceiveAll(channel)));
        channel.EndReceiving();
    }

    private static void Take(MpscChannel<Large> channel)
    {
        Large taken = default;
        if (channel.TryTake(ref taken))
        {
            Assert.Equal(1, taken.Value);
        }
    }

    /// <summary>The last value is taken while the channel ends: who watches learns it.</summary>
    internal static void LastTakenForWhoWatches()
    {
        var channel = new MpscChannel<int>(MpscChannel<int>.Unbounded);
        Assert.True(Send(channel, 1));
        Model.Spawn(() => Assert.True(channel.TryReceive(out _)));
        Model.Spawn(channel.Close);
        WatchUntilOver(channel);
    }

    /// <summary>The same with places, one of which comes back unused.</summary>
    internal static void LastPlaceForWhoWatches()
    {
        var channel = new MpscChannel<int>(2);
        Assert.True(Send(channel, 1));
        Assert.Equal(AcquireOutcome.Acquired, channel.Places.TryAcquire(1));
        channel.Close();
        Model.Spawn(() => Assert.True(channel.TryReceive(out _)));
        Model.Spawn(() => channel.GiveBack(1));
        WatchUntilOver(channel);
    }

    /// <summary>The receiver ends with a value inside: who watches learns it.</summary>
    internal static void EndedForWhoWatches()
    {
        var channel = new MpscChannel<int>(2);
        Assert.True(Send(channel, 1));
        Model.Spawn(channel.EndReceiving);
        Model.Spawn(channel.Close);
        WatchUntilOver(channel);
    }

    /// <summary>A .NET reader waits, reads, and waits again while two send: it is told of what it has not seen.</summary>
    internal static void ReadableForWhoWaits()
    {
        var channel = new MpscChannel<int>(MpscChannel<int>.Unbounded);
        channel.Senders.Add();
        Assert.True(Send(channel, 0)); // It makes the ring.
        Assert.True(channel.TryReceive(out _));
        ModelHandle one = Model.Spawn(() => Send(channel, 1));
        ModelHandle two = Model.Spawn(() => Send(channel, 2));
        channel.WaitReadable(out _);
        channel.TryReceive(out _);
        ReadableWait? wait = channel.WaitReadable(out bool readable); // Perhaps in the place of the first.
        one.Join();
        two.Join();
        Assert.True(wait?.IsOver ?? readable, "nobody tells that there is a value");
    }

    /// <summary>A .NET reader waits while the channel ends: it learns that nothing comes.</summary>
    internal static void ReadableBesideTheEnd()
    {
        var channel = new MpscChannel<int>(1);
        Assert.Equal(AcquireOutcome.Acquired, channel.Places.TryAcquire(1));
        ModelHandle giver = Model.Spawn(() => channel.GiveBack(1));
        ModelHandle closer = Model.Spawn(channel.Close);
        ReadableWait? wait = channel.WaitReadable(out bool readable);
        giver.Join();
        closer.Join();
        Assert.True(wait is null ? !readable : wait.IsOver);
        Assert.Null(channel.WaitReadable(out readable));
        Assert.False(readable);
    }

    private static void WatchUntilOver(MpscChannel<int> channel)
    {
        var target = new ParkedThread();
        var waiter = new Waiter();
        while (!channel.PollOver(waiter, target))
        {
            target.Sleep();
        }

        Assert.True(channel.IsOver);
    }

    private static bool TryReceive(MpscChannel<int> channel, int expected)
    {
        try
        {
            bool received = channel.TryReceive(out int value);
            Assert.True(!received || value == expected);
            return received;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    private static bool Send<T>(MpscChannel<T> channel, T value)
    {
        if (channel.Capacity == MpscChannel<T>.Unbounded)
        {
            return channel.SendUnbounded(value) == SendStatus.Sent;
        }

        var target = new ParkedThread();
        var waiter = new Waiter();
        AcquireOutcome outcome;
        while ((outcome = channel.Places.Poll(waiter, target, 1)) == AcquireOutcome.NoPermits)
        {
            target.Sleep();
        }

        if (outcome == AcquireOutcome.Acquired)
        {
            channel.Put(value);
        }

        return outcome == AcquireOutcome.Acquired;
    }

    private static List<T> ReceiveAll<T>(MpscChannel<T> channel)
    {
        var target = new ParkedThread();
        var waiter = new Waiter();
        List<T> received = [];
        while (true)
        {
            RecvResult<T> result;
            while (!channel.PollReceive(waiter, target, out result))
            {
                target.Sleep();
            }

            if (!result.HasValue)
            {
                return received;
            }

            received.Add(result.Value);
        }
    }

    [InlineArray(17)]
    private struct Words
    {
        private long _first;
    }

    private readonly struct Large
    {
        private readonly Words _words;

        internal Large(int value)
        {
            for (int i = 0; i < 17; i++)
            {
                _words[i] = value;
            }
        }

        internal int Value
        {
            get
            {
                foreach (long word in _words)
                {
                    Assert.Equal(_words[0], word);
                }

                return (int)_words[0];
            }
        }
    }
}
