using System.Threading;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

public sealed class LostUpdateTests
{
    [Fact]
    public void IncrementInTwoStepsLosesAnUpdate()
    {
        ModelFailureException failure = Assert.Throws<ModelFailureException>(() => Model.Check(() => CountTo2(atomic: false)));

        Assert.Equal(FailureKind.Exception, failure.Kind);
        Assert.Contains("Model.Replay(\"sc-p1-w0/", failure.Message);
        Assert.Contains("Volatile.Write(counter.Value@0, 1)", failure.Message);
    }

    [Fact]
    public void AtomicIncrementLosesNone()
    {
        ModelReport report = Model.Check(
            new ModelOptions { PreemptionBound = ModelOptions.Unlimited },
            () => CountTo2(atomic: true));

        Assert.True(report.Complete);
        Assert.True(report.Unbounded);
        Assert.InRange(report.Executions, 2, 50);
    }

    internal static void CountTo2(bool atomic)
    {
        var counter = new Counter();
        ModelHandle other = Model.Spawn(() => counter.Increment(atomic));
        counter.Increment(atomic);
        other.Join();
        Assert.Equal(2, counter.Value);
    }

    private sealed class Counter
    {
        internal int Value;

        internal void Increment(bool atomic)
        {
            Counter counter = this;
            if (atomic)
            {
                Interlocked.Increment(ref counter.Value);
            }
            else
            {
                Volatile.Write(ref counter.Value, Volatile.Read(ref counter.Value) + 1);
            }
        }
    }
}
