using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>Large values need no large stack, and no large channel.</summary>
public sealed class LargeBatchTests
{
#if DEBUG
    private const int StackSize = 8 * 1024 * 1024; // Code that is not optimized copies values wherever they are passed.
#else
    private const int StackSize = 512 * 1024;
#endif

    [Fact]
    public void ABatchOfAnMpmcChannelFitsOnASmallStack() => OnASmallStack(async () =>
    {
        (MpmcSender<Large> sender, MpmcReceiver<Large> receiver) = Mpmc.Create<Large>(4);
        Large value = default;
        for (int i = 0; i < 3; i++)
        {
            value[9] = (byte)i;
            Assert.True(sender.TrySend(value).IsSent);
        }

        List<Large> into = [];
        Assert.Equal(3, await receiver.RecvManyAsync(into, 4));
        Assert.Equal(2, into[2][9]);
        sender.Dispose();
        Assert.Equal(0, await receiver.RecvManyAsync(into, 4));
    });

    [Fact]
    public void ABatchOfABroadcastChannelFitsOnASmallStack() => OnASmallStack(async () =>
    {
        (BroadcastSender<Large> sender, BroadcastReceiver<Large> receiver) = Broadcast.Create<Large>(4);
        Large value = default;
        for (int i = 0; i < 3; i++)
        {
            value[9] = (byte)i;
            Assert.True(sender.Send(value).IsSent);
        }

        List<Large> into = [];
        Assert.Equal(3, (await receiver.RecvManyAsync(into, 4)).Value);
        Assert.Equal(2, into[2][9]);
        Assert.Equal(0, receiver.Count);
    });

    [Fact]
    public void OneValueInAnMpmcChannelTakesRoomForTwo()
    {
        (MpmcSender<Large> sender, _) = Mpmc.Create<Large>(64);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(sender.TrySend(default).IsSent);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * Unsafe.SizeOf<Large>());
    }

    private static void OnASmallStack(Func<Future> body)
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).ThreadStackSize(StackSize).Build();
        runtime.BlockOn(async () => await runtime.Spawn(body));
    }

    [InlineArray(32 * 1024)]
    private struct Large
    {
        private byte _first;
    }
}
