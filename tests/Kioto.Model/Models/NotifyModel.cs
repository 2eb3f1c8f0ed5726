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
    }
}
