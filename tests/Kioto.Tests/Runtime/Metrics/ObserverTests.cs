namespace Kioto.Tests;

/// <summary>Nobody watches tasks where nobody has asked to.</summary>
[Collection(SerialCollection.Name)] // A listener hears of all runtimes.
public sealed class ObserverTests
{
    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void A_runtime_without_listeners_has_no_observer(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Plain(kind).Build();
        _ = runtime.Metrics;
        runtime.RunTask(async () => await Kio.YieldNow());
        Assert.Null(runtime.Handle.Scheduler.Observer);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void It_has_one_for_each_thing_that_the_builder_was_asked_for(RuntimeKind kind) => Bounded.Run(() =>
    {
        RuntimeBuilder[] builders =
        [
            Runtimes.Builder(kind).PollTimeHistogram(),
            Runtimes.Builder(kind).ScheduleLatencyHistogram(),
            Runtimes.Builder(kind).TaskMetrics(),
            Runtimes.Builder(kind).OnTaskSpawn(_ => { }),
        ];
        foreach (RuntimeBuilder builder in builders)
        {
            using Runtime runtime = builder.Build();
            Assert.NotNull(runtime.Handle.Scheduler.Observer);
        }
    });

    [Fact]
    public void Observers_that_come_and_go_while_tasks_run_lose_none() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
        runtime.RunTask(async () =>
        {
            JoinHandle[] tasks = new JoinHandle[100];
            for (int i = 0; i < tasks.Length; i++)
            {
                tasks[i] = Kio.Spawn(async () =>
                {
                    for (int j = 0; j < 20; j++)
                    {
                        await Kio.YieldNow();
                    }
                });
                LiveRuntimes.Refresh();
            }

            foreach (JoinHandle task in tasks)
            {
                await task;
            }
        });
        Assert.Equal(101, runtime.Metrics.SpawnedTaskCount);
    });
}
