using System;
using System.Threading;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>The stand-ins compute what the originals compute, inside a model and outside.</summary>
public sealed class InstrumentedTests
{
    private int _int;
    private uint _uint;
    private ulong _ulong;
    private byte _byte;
    private bool _bool;
    private DayOfWeek _enum;
    private string? _string;

    [Fact]
    public void SameTextBindsToTheStandIns()
    {
        // This file imports System.Threading, as the sources under test do.
        Assert.Equal("Kioto.Interlocked", typeof(Interlocked).FullName);
        Assert.Equal("Kioto.Volatile", typeof(Volatile).FullName);
        Assert.Equal("Kioto.SpinWait", typeof(SpinWait).FullName);
        Assert.Equal("Kioto.Thread", typeof(Thread).FullName);
        Assert.Equal("Kioto.Lock", typeof(Lock).FullName);
    }

    [Fact]
    public void OutsideAModel() => Compute();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void InsideAModel(bool storeBuffers) =>
        Assert.Equal(1, Model.Check(new ModelOptions { StoreBuffers = storeBuffers }, Compute).Executions);

    private void Compute()
    {
        Volatile.Write(ref _int, int.MaxValue);
        Assert.Equal(int.MinValue, Interlocked.Increment(ref _int));
        Assert.Equal(int.MaxValue, Interlocked.Decrement(ref _int));
        Assert.Equal(int.MaxValue, Interlocked.Exchange(ref _int, 5));
        Assert.Equal(7, Interlocked.Add(ref _int, 2));
        Assert.Equal(7, Interlocked.CompareExchange(ref _int, 1, 8));
        Assert.Equal(7, Interlocked.CompareExchange(ref _int, 1, 7));

        Volatile.Write(ref _uint, 0);
        Assert.Equal(uint.MaxValue, Interlocked.Decrement(ref _uint));
        Assert.Equal(uint.MaxValue, Interlocked.And(ref _uint, 0xF0));
        Assert.Equal(0xF0u, Interlocked.Or(ref _uint, 1));
        Assert.Equal(0xF1u, Interlocked.CompareExchange(ref _uint, 3, 0xF1));
        Assert.Equal(3u, Volatile.Read(ref _uint));

        Volatile.Write(ref _ulong, 1UL << 40);
        Assert.Equal((1UL << 40) + 1, Interlocked.Add(ref _ulong, 1));
        Assert.Equal((1UL << 40) + 1, Interlocked.Exchange(ref _ulong, 2));

        Volatile.Write(ref _byte, 200);
        Assert.Equal(200, Interlocked.Exchange(ref _byte, 1));
        Volatile.Write(ref _bool, true);
        Assert.True(Interlocked.CompareExchange(ref _bool, false, true));
        Assert.False(Volatile.Read(ref _bool));
        Volatile.Write(ref _enum, DayOfWeek.Friday);
        Assert.Equal(DayOfWeek.Friday, Interlocked.Exchange(ref _enum, DayOfWeek.Sunday));

        Volatile.Write(ref _string, "a");
        Assert.Equal("a", Volatile.Read(ref _string));
        Assert.Equal("a", Interlocked.CompareExchange(ref _string, null, "a"));
        Assert.Null(Interlocked.Exchange(ref _string, "b"));
        Interlocked.MemoryBarrier();
        Interlocked.MemoryBarrierProcessWide();
    }
}
