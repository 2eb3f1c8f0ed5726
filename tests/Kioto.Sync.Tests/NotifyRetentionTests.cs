using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>What pools, and lists of waiters, keep of those who have waited: not their tasks, nor what these ended with.</summary>
public sealed class NotifyRetentionTests
{
    private const int Times = 10;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ATaskThatWasNotifiedIsNotKeptByWhatItWaitedFor(bool byPlace) => Host.Run(Where.CurrentThread, async _ =>
    {
        List<Notify> kept = [];
        List<WeakReference> results = [];
        for (int i = 0; i < Times; i++)
        {
            Notify notify = new();
            Notify other = new(); // The first leaf that comes back after a collection finds no room, and is cleared.
            kept.Add(notify);
            kept.Add(other);
            await Listen(other, byPlace, results);
            await Listen(notify, byPlace, results);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
        }

        // What the thread holds by chance is one of the last.
        Assert.InRange(results.Count(static result => result.IsAlive), 0, 2);
        GC.KeepAlive(kept);
    });

    private static async Future Listen(Notify notify, bool byPlace, List<WeakReference> results)
    {
        JoinHandle<object> listener = Kio.Spawn(async () =>
        {
            if (byPlace)
            {
                using Notified place = notify.CreateNotified();
                await place.WaitAsync();
            }
            else
            {
                await notify.NotifiedAsync();
            }

            return new object();
        });
        await Kio.YieldNow();
        await Kio.YieldNow();
        notify.NotifyOne();
        results.Add(Weaken(await listener));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Weaken(object value) => new(value);
}
