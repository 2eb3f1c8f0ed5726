using System;
using Kioto.Sync;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>Notifications: none is lost, one that a cancelled waiter has is forwarded, all are woken together.</summary>
internal static class NotifyModel
{
    /// <summary>A notification that one of two waiters passes to the other, whoever comes first.</summary>
    internal static void OneEach()
    {
        var notify = new Notify();
        for (int i = 0; i < 2; i++)
        {
            Model.Spawn(() =>
            {
                Wait(notify);
                notify.NotifyOne();
            });
        }

        notify.NotifyOne();
    }

    /// <summary>A waiter gives up while the notification comes: the other one has it, or it is kept.</summary>
    internal static void CancelForwards()
    {
        var notify = new Notify();
        Model.Spawn(() =>
        {
            var leaf = (LeafSource<Unit>)notify.NotifiedAsync().Source!;
            var context = new PollContext(new Waker(new ParkedThread()));
            if (leaf.PollLeaf(ref context))
            {
                notify.NotifyOne();
            }
            else
            {
                leaf.CancelLeaf(null!);
            }
        });
        Model.Spawn(() => Wait(notify));
        notify.NotifyOne();
    }

    /// <summary>All who wait are woken; who comes at the same time is woken by the second call.</summary>
    internal static void AllWaiters()
    {
        var notify = new Notify();
        var came = new Latch(2);
        for (int i = 0; i < 2; i++)
        {
            Model.Spawn(() =>
            {
                Future made = notify.NotifiedAsync();
                came.Signal();
                Wait(made);
            });
        }

        came.Wait();
        notify.NotifyWaiters();
    }

    /// <summary>Of two who are notified together one leaves before it is told, beside a notification that is stored: that stays.</summary>
    internal static void StoredBesideReleased()
    {
        var notify = new Notify();
        LeafSource<Unit> first = Enter(notify);
        LeafSource<Unit> second = Enter(notify);
        ModelHandle leaving = Model.Spawn(() => second.CancelLeaf(null!));
        ModelHandle storing = Model.Spawn(() =>
        {
            while (notify.Rounds == 0)
            {
                Model.Spin();
            }

            notify.NotifyOne();
        });
        notify.NotifyWaiters();
        leaving.Join();
        storing.Join();
        var context = new PollContext(new Waker(new ParkedThread()));
        Assert.True(first.PollLeaf(ref context));
        Wait(notify);
    }

    /// <summary>Who has entered the queue looks, and waits: nothing that comes in between is missed.</summary>
    internal static void EnabledMissesNothing()
    {
        var notify = new Notify();
        int flag = 0;
        Model.Spawn(() =>
        {
            Notified notified = notify.CreateNotified();
            notified.Enable();
            if (Volatile.Read(ref flag) == 0)
            {
                Wait(notified.WaitAsync());
            }

            Assert.Equal(1, Volatile.Read(ref flag));
            notified.Dispose();
        });
        Volatile.Write(ref flag, 1);
        notify.NotifyWaiters();
    }

    /// <summary>Who has entered, and perhaps been notified, goes without waiting: the notification is the other one's.</summary>
    internal static void EnabledForwards()
    {
        var notify = new Notify();
        Model.Spawn(() =>
        {
            Notified notified = notify.CreateNotified();
            notified.Enable();
            Model.Point();
            notified.Enable();
            notified.Dispose();
        });
        Model.Spawn(() => Wait(notify));
        notify.NotifyOne();
    }

    /// <summary>A place is disposed of beside its polls: who waits learns it, whichever comes first.</summary>
    internal static void DisposedBesideItsWait()
    {
        var notify = new Notify();
        Notified notified = notify.CreateNotified();
        Future wait = notified.WaitAsync();
        Model.Spawn(() => Assert.Throws<ObjectDisposedException>(() => Wait(wait)));
        notified.Dispose();
    }

    /// <summary>The same beside a notification: it is had by who waits at the place, or by the next.</summary>
    internal static void DisposedBesideItsNotification()
    {
        var notify = new Notify();
        Notified notified = notify.CreateNotified();
        Future wait = notified.WaitAsync();
        int had = 0;
        ModelHandle waiting = Model.Spawn(() =>
        {
            try
            {
                Wait(wait);
                had = 1;
            }
            catch (ObjectDisposedException)
            {
                // It is the next one's.
            }
        });
        ModelHandle ending = Model.Spawn(notified.Dispose);
        notify.NotifyOne();
        waiting.Join();
        ending.Join();
        var context = new PollContext(new Waker(new ParkedThread()));
        bool isStored = ((LeafSource<Unit>)notify.NotifiedAsync().Source!).PollLeaf(ref context);
        Assert.Equal(had == 0, isStored);
    }

    /// <summary>
    /// The leaf that a task itself waits for is used again as soon as it is notified, behind others at another place,
    /// while who notified it has the lock of the first still: all are notified.
    /// </summary>
    internal static void UsedAgainAtOnce()
    {
        var here = new Notify();
        var there = new Notify();
        var target = new ParkedThread();
        var waiter = new Waiter { OfTask = true };
        Assert.False(here.Poll(waiter, target, 0));
        LeafSource<Unit> next = Enter(here);
        LeafSource<Unit> other = Enter(there);
        ModelHandle task = Model.Spawn(() =>
        {
            Wait(here, waiter, target);
            waiter.Reset();
            waiter.OfTask = true;
            Wait(there, waiter, target);
        });
        here.NotifyOne();
        here.NotifyOne();
        there.NotifyOne();
        there.NotifyOne();
        task.Join();
        var context = new PollContext(new Waker(new ParkedThread()));
        Assert.True(next.PollLeaf(ref context));
        Assert.True(other.PollLeaf(ref context));
    }

    private static void Wait(Notify notify, Waiter waiter, ParkedThread target)
    {
        while (!notify.Poll(waiter, target, 0))
        {
            target.Sleep();
        }
    }

    private static LeafSource<Unit> Enter(Notify notify)
    {
        var leaf = (LeafSource<Unit>)notify.NotifiedAsync().Source!;
        var context = new PollContext(new Waker(new ParkedThread()));
        Assert.False(leaf.PollLeaf(ref context));
        return leaf;
    }

    private static void Wait(Notify notify) => Wait(notify.NotifiedAsync());

    private static void Wait(Future future)
    {
        var target = new ParkedThread();
        var leaf = (LeafSource<Unit>)future.Source!;
        var context = new PollContext(new Waker(target));
        while (!leaf.PollLeaf(ref context))
        {
            target.Sleep();
        }

        leaf.GetResult(leaf.Version);
    }
}
