using System.Threading;
using Xunit;

namespace Kioto.Net.Tests;

public class IoStateTests
{
    [Fact]
    public void A_direction_is_claimed_once()
    {
        IoState state = new(0);
        Assert.Equal(TransitionToClaimed.Waiting, BeginRead(ref state, out uint before));
        Assert.Equal(0u, before);
        Assert.Equal(TransitionToClaimed.Refused, BeginRead(ref state, out before));
        Assert.Equal(IoState.ReadClaim, before);
        Assert.Equal(TransitionToClaimed.Waiting, BeginWrite(ref state, out _));
        state.Unclaim(IoState.ReadClaim);
        Assert.Equal(TransitionToClaimed.Waiting, BeginRead(ref state, out _));
    }

    [Fact]
    public void An_operation_on_a_ready_direction_is_two_transitions()
    {
        IoState state = new(IoState.Readable | IoState.Writable);
        Assert.Equal(TransitionToClaimed.Calling, BeginRead(ref state, out uint read));
        Assert.Equal(TransitionToClaimed.Calling, BeginWrite(ref state, out uint write));
        Assert.Equal(TransitionToClaimed.Refused, BeginRead(ref state, out _));
        Assert.False(state.EndOperation(IoState.ReadClaim, IoState.ReadBusy, IoState.Readable, read));
        Assert.False(state.EndOperation(IoState.WriteClaim, IoState.WriteBusy, 0, write));
        Assert.Equal(IoState.Writable, state.Value);
    }

    [Theory]
    [InlineData(IoState.ReadClosed, 1)]
    [InlineData(IoState.WriteClosed, 0)]
    [InlineData(IoState.Writable, 0)]
    public void Only_the_own_directions_readiness_begins_a_call(uint readiness, int calls)
    {
        IoState state = new(readiness);
        Assert.Equal(
            calls == 1 ? TransitionToClaimed.Calling : TransitionToClaimed.Waiting,
            state.TryBegin(IoState.ReadClaim, IoState.ReadBusy, IoState.Readable | IoState.ReadClosed, out _));
        Assert.Equal(calls == 1 ? IoState.ReadBusy : 0, state.Value & (IoState.ReadBusy | IoState.WriteBusy));
    }

    [Fact]
    public void An_operation_on_a_descriptor_without_a_driver_is_refused()
    {
        IoState state = new(IoState.Readable);
        state.SetDriverGone();
        Assert.Equal(TransitionToClaimed.Refused, BeginRead(ref state, out uint before));
        Assert.Equal(IoState.DriverGone, before & IoState.DriverGone);
        Assert.Equal(0u, state.Value & (IoState.ReadClaim | IoState.ReadBusy));
    }

    [Fact]
    public void An_edge_during_the_last_call_is_there_for_the_next_operation()
    {
        IoState state = new(IoState.Readable);
        Assert.Equal(TransitionToClaimed.Calling, BeginRead(ref state, out uint before));
        state.AddReadiness(IoState.Readable);
        Assert.False(state.EndOperation(IoState.ReadClaim, IoState.ReadBusy, IoState.Readable, before));
        Assert.Equal(TransitionToClaimed.Calling, BeginRead(ref state, out before));
        Assert.False(state.EndOperation(IoState.ReadClaim, IoState.ReadBusy, IoState.Readable, before));
        Assert.Equal(TransitionToClaimed.Waiting, BeginRead(ref state, out _));
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
        BeginRead(ref state, out uint first);
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
        Assert.Equal(TransitionToClaimed.Refused, BeginRead(ref state, out uint before));
        Assert.NotEqual(0u, before & IoState.Closing);
    }

    [Fact]
    public void The_last_call_in_progress_closes()
    {
        IoState state = new(IoState.Writable);
        Assert.True(state.TryBeginCall(IoState.ReadBusy, out uint read));
        Assert.Equal(TransitionToClaimed.Calling, BeginWrite(ref state, out uint write));
        Assert.True(state.TryPin());
        Assert.Equal((true, false), state.TransitionToClosing());
        Assert.False(state.EndOperation(IoState.WriteClaim, IoState.WriteBusy, 0, write));
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

    private static TransitionToClaimed BeginRead(ref IoState state, out uint before) =>
        state.TryBegin(IoState.ReadClaim, IoState.ReadBusy, IoState.Readable, out before);

    private static TransitionToClaimed BeginWrite(ref IoState state, out uint before) =>
        state.TryBegin(IoState.WriteClaim, IoState.WriteBusy, IoState.Writable, out before);

    private sealed class Holder
    {
        internal IoState State;
    }
}
