using System.Threading;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

public sealed class ThroughputTests
{
    [Fact]
    public void SmallModelsRunThousandsOfTimesPerSecond()
    {
        ModelReport report = Model.Check(new ModelOptions { PreemptionBound = 8 }, () =>
        {
            int[] counters = new int[2];
            ModelHandle other = Model.Spawn(() =>
            {
                for (int i = 0; i < 6; i++)
                {
                    Interlocked.Increment(ref counters[0]);
                }
            });
            for (int i = 0; i < 6; i++)
            {
                Interlocked.Increment(ref counters[1]);
            }

            other.Join();
            Assert.Equal(12, counters[0] + counters[1]);
        });

        Assert.True(report.Complete);
        Assert.True(report.ExecutionsPerSecond > 500, report.ToString());
    }
}
