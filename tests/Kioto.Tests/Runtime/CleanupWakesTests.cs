using System;
using System.Threading;
using Kioto.Sync;

namespace Kioto.Tests;

/// <summary>Cleanup that wakes other tasks, at the end of a runtime whose BlockOn has thrown; and channels in BlockOn.</summary>
public sealed class CleanupWakesTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Cleanup_wakes_another_task_after_BlockOn_has_thrown(RuntimeKind kind) => Bounded.Run(() =>
    {
        Runtime runtime = Runtimes.Create(kind);
        Notify notify = new();
        AsyncSemaphore permits = new(1);
        JoinHandle woken = runtime.Spawn(async () => await notify.NotifiedAsync());
        JoinHandle cleaning = runtime.Spawn(async () =>
        {
            using SemaphorePermit permit = await permits.AcquireAsync(); // Given back to the next in the queue.
            try
            {
                await Kio.Sleep(Timeout.InfiniteTimeSpan);
            }
            finally
            {
                notify.NotifyOne();
            }
        });
        JoinHandle queued = runtime.Spawn(async () =>
        {
            using SemaphorePermit permit = await permits.AcquireAsync();
        });
        Assert.Throws<FormatException>(() => runtime.BlockOn(async () =>
        {
            await Kio.YieldNow();
            throw new FormatException();
        }));
        runtime.Dispose();
        Assert.True(woken.IsFinished && cleaning.IsFinished && queued.IsFinished);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Channels_work_in_BlockOn_of_a_runtime_and_of_its_handle(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(kind);
        Assert.Equal(6, runtime.BlockOn(() => Sum(Mpsc.Create<int>(1))));
        Assert.Equal(6, runtime.Handle.BlockOn(() => Sum(Mpsc.Create<int>(8))));

        static async Future<int> Sum((MpscSender<int> Sender, MpscReceiver<int> Receiver) channel)
        {
            Kio.Detach(async () =>
            {
                using MpscSender<int> sender = channel.Sender;
                for (int i = 1; i <= 3; i++)
                {
                    await sender.SendAsync(i);
                }
            });
            int sum = 0;
            await foreach (int value in channel.Receiver)
            {
                sum += value;
            }

            return sum;
        }
    });
}
