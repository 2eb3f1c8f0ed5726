using System.Threading;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>The litmus tests of x86-TSO (Owens, Sarkar and Sewell, 2009), with their exact outcomes.</summary>
public sealed class LitmusTests
{
    [Theory]
    [InlineData(false, "01 10 11")]
    [InlineData(true, "00 01 10 11")]
    public void StoreBuffering(bool storeBuffers, string expected) =>
        Assert.Equal(expected, Litmus.Outcomes(
            storeBuffers,
            l => [l.Registers[0], l.Registers[1]],
            l => { l.X = 1; l.Registers[0] = l.Y; },
            l => { l.Y = 1; l.Registers[1] = l.X; }));

    [Fact]
    public void StoreBufferingWithFences() =>
        Assert.Equal("01 10 11", Litmus.Outcomes(
            storeBuffers: true,
            l => [l.Registers[0], l.Registers[1]],
            l => { l.X = 1; Interlocked.MemoryBarrier(); l.Registers[0] = l.Y; },
            l => { l.Y = 1; Interlocked.MemoryBarrier(); l.Registers[1] = l.X; }));

    [Fact]
    public void OneFenceIsNotEnough() =>
        Assert.Equal("00 01 10 11", Litmus.Outcomes(
            storeBuffers: true,
            l => [l.Registers[0], l.Registers[1]],
            l => { l.X = 1; Interlocked.MemoryBarrier(); l.Registers[0] = l.Y; },
            l => { l.Y = 1; l.Registers[1] = l.X; }));

    [Fact]
    public void OneProcessWideFenceIs() =>
        Assert.Equal("01 10 11", Litmus.Outcomes(
            storeBuffers: true,
            l => [l.Registers[0], l.Registers[1]],
            l => { l.X = 1; Interlocked.MemoryBarrierProcessWide(); l.Registers[0] = l.Y; },
            l => { l.Y = 1; l.Registers[1] = l.X; }));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MessagePassingNeedsNoFence(bool storeBuffers) =>
        Assert.Equal("00 01 11", Litmus.Outcomes(
            storeBuffers,
            l => [l.Registers[0], l.Registers[1]],
            l => { l.X = 1; l.Y = 1; },
            l => { l.Registers[0] = l.Y; l.Registers[1] = l.X; }));

    [Theory]
    [InlineData(false, "102 121 122 222")]
    [InlineData(true, "101 102 121 122 222")]
    public void ForwardedStoreIsSeenEarlyByItsThread(bool storeBuffers, string expected) =>
        Assert.Equal(expected, Litmus.Outcomes(
            storeBuffers,
            l => [l.Registers[0], l.Registers[1], l.X],
            l => { l.X = 1; l.Registers[0] = l.X; l.Registers[1] = l.Y; },
            l => { l.Y = 2; l.X = 2; }));

    [Theory]
    [InlineData(false, "12 21 22")]
    [InlineData(true, "12 21 22")]
    public void StoresOfAThreadStayInOrder(bool storeBuffers, string expected) =>
        Assert.Equal(expected, Litmus.Outcomes(
            storeBuffers,
            l => [l.X, l.Y],
            l => { l.X = 1; l.Y = 2; },
            l => { l.Y = 1; l.X = 2; }));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadersAgreeOnTheOrderOfIndependentWrites(bool storeBuffers)
    {
        string outcomes = Litmus.Outcomes(
            storeBuffers,
            l => l.Registers,
            l => l.X = 1,
            l => l.Y = 1,
            l => { l.Registers[0] = l.X; l.Registers[1] = l.Y; },
            l => { l.Registers[2] = l.Y; l.Registers[3] = l.X; });

        Assert.DoesNotContain("1010", outcomes);
        Assert.Equal(15, outcomes.Split(' ').Length);
    }
}
