using Kioto.Sync;

namespace Kioto.SyncTests;

/// <summary>One operation waits for the end of every channel: a dump names the channel's own sender all the same.</summary>
public sealed class ClosedNamesTests
{
    [Fact]
    public void ADumpNamesWhoWaitsForTheEnd() => Host.OnThread(static () =>
    {
        (MpscSender<int> bounded, _) = Mpsc.Create<int>(1);
        (UnboundedMpscSender<int> unbounded, _) = Mpsc.CreateUnbounded<int>();
        (MpmcSender<int> mpmc, _) = Mpmc.Create<int>(1);
        (BroadcastSender<int> broadcast, _) = Broadcast.Create<int>(1);
        (LosslessSender<int> lossless, _) = Broadcast.CreateLossless<int>(1);
        (WatchSender<int> watch, _) = Watch.Create(1);
        (OneshotSender<int> oneshot, _) = Oneshot.Create<int>();
        Assert.Equal("MpscSender<Int32>.ClosedAsync", Named(bounded.ClosedAsync()));
        Assert.Equal("MpscSender<Int32>.ClosedAsync", Named(unbounded.ClosedAsync()));
        Assert.Equal("MpmcSender<Int32>.ClosedAsync", Named(mpmc.ClosedAsync()));
        Assert.Equal("BroadcastSender<Int32>.ClosedAsync", Named(broadcast.ClosedAsync()));
        Assert.Equal("BroadcastSender<Int32>.ClosedAsync", Named(lossless.ClosedAsync()));
        Assert.Equal("WatchSender<Int32>.ClosedAsync", Named(watch.ClosedAsync()));
        Assert.Equal("OneshotSender<Int32>.ClosedAsync", Named(oneshot.ClosedAsync()));
    });

    private static string Named(Future future)
    {
        LeafDescription said = new();
        future.Source!.Describe(said);
        Assert.IsAssignableFrom<IPrimitive>(said.Resource);
        future.Source.Abandon();
        return said.What;
    }
}
