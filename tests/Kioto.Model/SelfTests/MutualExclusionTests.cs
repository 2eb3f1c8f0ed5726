using System.Threading;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>Locks made of loads and stores need a fence between the two, which only store buffers show.</summary>
public sealed class MutualExclusionTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void PetersonExcludesWithAFence(bool storeBuffers)
    {
        ModelReport report = Model.Check(
            new ModelOptions { StoreBuffers = storeBuffers },
            () => TwoCriticalSections(fence: true));

        Assert.True(report.Complete);
    }

    [Fact]
    public void PetersonExcludesWithoutAFenceIfStoresWereImmediate() =>
        Assert.True(Model.Check(() => TwoCriticalSections(fence: false)).Complete);

    [Fact]
    public void PetersonFailsWithoutAFence()
    {
        ModelFailureException failure = Assert.Throws<ModelFailureException>(() => Model.Check(
            new ModelOptions { StoreBuffers = true },
            () => TwoCriticalSections(fence: false)));

        Assert.Equal(FailureKind.Exception, failure.Kind);
        Assert.Contains("tso-", failure.Schedule);
    }

    private static void TwoCriticalSections(bool fence)
    {
        var peterson = new Peterson(fence);
        ModelHandle other = Model.Spawn(() => peterson.Run(1));
        peterson.Run(0);
        other.Join();
    }

    private sealed class Peterson(bool fence)
    {
        private readonly bool[] _wants = new bool[2];
        private int _turn;
        private int _inside;

        internal void Run(int me)
        {
            Volatile.Write(ref _wants[me], true);
            Volatile.Write(ref _turn, 1 - me);
            if (fence)
            {
                Interlocked.MemoryBarrier();
            }

            while (Volatile.Read(ref _wants[1 - me]) && Volatile.Read(ref _turn) == 1 - me)
            {
                Thread.Yield();
            }

            // Not instrumented, so that it does not act as the fence that is missing.
            Assert.Equal(1, ++_inside);
            Model.Point();
            _inside--;
            Volatile.Write(ref _wants[me], false);
        }
    }
}
