using System.Threading;
using Xunit;

namespace Kioto.Net.Tests;

public class IoStateTests
{
    [Fact]
    public void A_direction_is_claimed_once()
    {
        IoState state = new(0);
        Assert.Equal(0u, state.TryClaim(IoState.ReadClaim));
        Assert.NotEqual(0u, state.TryClaim(IoState.ReadClaim) & IoState.ReadClaim);
        Assert.Equal(0u, state.TryClaim(IoState.WriteClaim) & IoState.WriteClaim);
        state.Unclaim(IoState.ReadClaim);
        Assert.Equal(0u, state.TryClaim(IoState.ReadClaim) & IoState.ReadClaim);
    }

    [Fact]
    public void An_edge_during_a_call_is_not_cleared_by_it()
    {
        IoState state = new(IoState.Readable);
        Assert.True(state.TryBeginCall(IoState.ReadBusy, out uint before));
        state.AddReadiness(IoState.Readable);
        Assert.False(state.EndCall(IoState.ReadBusy, IoState.Readable, before));
        Assert.NotEqual(0u, state.Value & IoState.Readable);

        Assert.True(state.TryBeginCall(IoState.ReadBusy, out before));
        Assert.False(state.EndCall(IoState.ReadBusy, IoState.Readable, before));
        Assert.Equal(0u, state.Value & IoState.Readable);
    }

    [Fact]
    public void The_tick_wraps_without_touching_the_flags()
    {
        IoState state = new(IoState.Writable);
        uint first = state.TryClaim(IoState.ReadClaim);
        for (int i = 0; i < 1 << 16; i++)
        {
            state.AddReadiness(IoState.Readable);
        }

        Assert.Equal(first | IoState.Readable | IoState.ReadClaim, state.Value);
    }

    [Fact]
    public void An_unused_descriptor_is_closed_at_once_and_once()
    {
        IoState state = new(0);
        Assert.Equal((true, true), state.TransitionToClosing());
        Assert.Equal((false, false), state.TransitionToClosing());
        Assert.False(state.TryBeginCall(IoState.ReadBusy, out _));
        Assert.False(state.TryPin());
        Assert.NotEqual(0u, state.TryClaim(IoState.ReadClaim) & IoState.Closing);
    }

    [Fact]
    public void The_last_call_in_progress_closes()
    {
        IoState state = new(0);
        Assert.True(state.TryBeginCall(IoState.ReadBusy, out uint read));
        Assert.True(state.TryBeginCall(IoState.WriteBusy, out uint write));
        Assert.True(state.TryPin());
        Assert.Equal((true, false), state.TransitionToClosing());
        Assert.False(state.EndCall(IoState.WriteBusy, 0, write));
        Assert.False(state.EndCall(IoState.ReadBusy, 0, read));
        Assert.True(state.Unpin());
    }

    [Fact]
    public void A_crowd_of_pins_makes_the_next_one_wait_instead_of_seeing_a_closed_socket() => Bounded.Run(() =>
    {
        Holder holder = new();
        for (int i = 0; i < IoState.MaxPins; i++)
        {
            Assert.True(holder.State.TryPin());
        }

        bool pinned = false;
        Thread late = new(() => pinned = holder.State.TryPin());
        late.Start();
        SpinWait.SpinUntil(() => !late.IsAlive, 20); // A wrong answer comes at once.
        Assert.False(holder.State.Unpin());
        late.Join();
        Assert.True(pinned);
    });

    private sealed class Holder
    {
        internal IoState State;
    }
}
