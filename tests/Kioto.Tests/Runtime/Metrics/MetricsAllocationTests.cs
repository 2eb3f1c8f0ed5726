#if !DEBUG // In Debug state machines are classes.

namespace Kioto.Tests;

/// <summary>What counting and reading allocates: nothing.</summary>
[Collection(SerialCollection.Name)]
public sealed class MetricsAllocationTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Yielding_and_reading_every_figure_allocates_nothing(RuntimeKind kind) => Allocations.AssertNothing(kind, 1000, static async count =>
    {
        for (int i = 0; i < count; i++)
        {
            await Kio.YieldNow();
            _ = Read(RuntimeHandle.Current.Metrics);
        }
    });

    [Fact]
    public void A_measured_yield_allocates_nothing() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Builder(RuntimeKind.OneWorker)
            .TaskMetrics().PollTimeHistogram().ScheduleLatencyHistogram().Build();
        runtime.RunTask(static async () => Assert.Equal(0.0, await Allocations.MeasureHere(1000, 0, static async count =>
        {
            for (int i = 0; i < count; i++)
            {
                await Kio.YieldNow();
                _ = RuntimeHandle.Current.Metrics.PollTimeHistogram.TotalCount;
            }
        })));
    });

    private static long Read(RuntimeMetrics metrics)
    {
        long sum = metrics.LiveTaskCount + metrics.SpawnedTaskCount + metrics.GlobalQueueDepth + metrics.BackgroundQueueDepth + metrics.RemoteScheduleCount
            + metrics.BudgetForcedYieldCount + metrics.BlockingThreadCount + metrics.IdleBlockingThreadCount
            + metrics.BlockingQueueDepth + metrics.BlockingQueueWait.Ticks + metrics.ReserveThreadCount
            + metrics.StuckTaskCount + metrics.UnhandledFailureCount + metrics.IoRegisteredCount
            + metrics.IoDeregisteredCount + metrics.IoReadyCount + metrics.PollTimeHistogram.TotalCount;
        for (int i = 0; i < metrics.WorkerCount; i++)
        {
            WorkerMetrics worker = metrics.Worker(i);
            sum += worker.PollCount + worker.BusyDuration.Ticks;
        }

        return sum;
    }
}
#endif
