using System;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Threading;

namespace Kioto.Diagnostics.Tests;

/// <summary>What a MeterListener sees.</summary>
public sealed class MeterTests
{
    [Fact]
    public void Every_instrument_has_a_unit_and_says_what_it_is() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().ForTests().WorkerThreads(1).Build();
        using Figures figures = new();
        Assert.InRange(figures.Instruments.Count, 25, 100);
        foreach (Instrument instrument in figures.Instruments.Values)
        {
            Assert.Matches("^kioto(\\.[a-z_]+)+$", instrument.Name);
            Assert.Matches("^(s|\\{[a-z]+\\})$", instrument.Unit);
            Assert.EndsWith(".", instrument.Description, StringComparison.Ordinal);
        }
    });

    [Fact]
    public void Figures_are_those_of_the_struct() => Bounded.Run(() =>
    {
        using Figures figures = new();
        using Runtime runtime = Runtime.CreateBuilder().ForTests().Name("figures").WorkerThreads(2)
            .StuckThreshold(Timeout.InfiniteTimeSpan).Build();
        runtime.BlockOn(async () =>
        {
            for (int i = 0; i < 10; i++)
            {
                await Kio.Spawn(async () => await Kio.YieldNow());
            }

            await Kio.SpawnBlocking(() => { });
            Kio.Detach(async () => await Kio.Sleep(Timeout.InfiniteTimeSpan));
        });
        RuntimeMetrics metrics = runtime.Metrics;

        // The last task has had its one poll, then both sleep: nothing changes any more. (Asleep alone would not do: a
        // worker that has been woken counts as asleep until it runs.)
        SpinWait.SpinUntil(() => metrics.Worker(0).PollCount + metrics.Worker(1).PollCount == 21);
        SpinWait.SpinUntil(() => IsAsleep(metrics, 0) && IsAsleep(metrics, 1));
        SpinWait.SpinUntil(() => metrics.IdleBlockingThreadCount == 1);
        figures.Collect();
        const string Of = "{kioto.runtime=figures}";
        Assert.Equal(2, figures["kioto.runtime.workers" + Of]);
        Assert.Equal(0, figures["kioto.runtime.reserve_threads" + Of]);
        Assert.Equal(11, figures["kioto.task.spawned" + Of]);
        Assert.Equal(1, figures["kioto.task.live" + Of]);
        Assert.Equal(metrics.RemoteScheduleCount, figures["kioto.task.remote_schedules" + Of]);
        Assert.Equal(0, figures["kioto.task.forced_yields" + Of]);
        Assert.Equal(0, figures["kioto.task.stuck" + Of]);
        Assert.Equal(0, figures["kioto.task.unhandled_failures" + Of]);
        Assert.Equal(0, figures["kioto.queue.global.depth" + Of]);
        Assert.Equal(0, figures["kioto.queue.background.depth" + Of]);
        Assert.Equal(0, figures["kioto.io.registered" + Of]);
        for (int i = 0; i < 2; i++)
        {
            string worker = $"{{kioto.runtime=figures,kioto.worker={i}}}";
            Assert.Equal(metrics.Worker(i).PollCount, figures["kioto.worker.polls" + worker]);
            Assert.Equal(metrics.Worker(i).LocalScheduleCount, figures["kioto.worker.local_schedules" + worker]);
            Assert.Equal(0, figures["kioto.worker.queue.depth" + worker]);
            Assert.InRange(figures["kioto.worker.parks" + worker], 1, metrics.Worker(i).ParkCount);
        }

        Assert.Equal(21, figures.Sum("kioto.worker.polls{kioto.runtime=figures,"));
        Assert.Equal(1, figures["kioto.blocking.threads{kioto.runtime=figures,kioto.pool=io}"]);
        Assert.Equal(1, figures["kioto.blocking.idle_threads{kioto.runtime=figures,kioto.pool=io}"]);
        Assert.Equal(1, figures["kioto.blocking.started{kioto.runtime=figures,kioto.pool=io}"]);
        Assert.Equal(0, figures["kioto.blocking.queue.depth{kioto.runtime=figures,kioto.pool=cpu}"]);
        Assert.True(figures["kioto.blocking.queue.wait_time{kioto.runtime=figures,kioto.pool=io}"] >= 0);
    });

    [Fact]
    public void Busy_time_is_measured_from_the_first_collection_on() => Bounded.Run(() =>
    {
        using Figures figures = new();
        using Runtime runtime = Runtime.CreateBuilder().ForTests().Name("busy").WorkerThreads(1).Build();
        figures.Collect();
        const string Busy = "kioto.worker.busy_time{kioto.runtime=busy,kioto.worker=0}";
        double before = figures[Busy];

        // A worker looks whether it is to measure when it wakes up.
        SpinWait.SpinUntil(() => IsAsleep(runtime.Metrics, 0));
        runtime.BlockOn(async () => await runtime.Spawn(async () =>
        {
            Spin.For(20);
        }));
        figures.Collect();
        Assert.InRange(figures[Busy] - before, 0.01, 20);

        // The mean is taken when the worker goes to sleep, or every so many polls.
        SpinWait.SpinUntil(() =>
        {
            figures.Collect();
            return figures["kioto.worker.poll.mean_time{kioto.runtime=busy,kioto.worker=0}"] > 0;
        });
    });

    [Fact]
    public void Each_living_runtime_has_a_name_of_its_own_and_ended_ones_none() => Bounded.Run(() =>
    {
        using Figures figures = new();
        Runtime first = Runtime.CreateBuilder().ForTests().Name("twin").WorkerThreads(1).Build();
        Runtime second = Runtime.CreateCurrentThreadBuilder().ForTests().Name("twin").Build();
        Runtime nameless = Runtime.CreatePerCoreBuilder().ForTests().WorkerThreads(2).Build();
        LocalRuntime local = Runtime.CreateCurrentThreadBuilder().ForTests().Name("local").BuildLocal();
        string[] names = ["twin", $"twin-{second.Handle.Id}", $"kioto-{nameless.Handle.Id}", "local"];
        figures.Collect();
        foreach (string name in names)
        {
            Assert.True(figures.Has($"kioto.task.live{{kioto.runtime={name}}}"));
        }

        first.Dispose();
        second.Dispose();
        nameless.Dispose();
        local.Dispose();
        figures.Collect();
        foreach (string name in names)
        {
            Assert.False(figures.Has($"={name}}}"));
        }
    });

    [Fact]
    public void A_runtime_that_nobody_refers_to_is_not_kept_alive() => Bounded.Run(() =>
    {
        using Figures figures = new();
        string name = Forgotten();
        figures.Collect();
        SpinWait.SpinUntil(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            figures.Collect();
            return !figures.Has(name);
        });

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static string Forgotten()
        {
#pragma warning disable KIO0007 // That is the test.
            Runtime runtime = Runtime.CreateCurrentThreadBuilder().ForTests().Build();
#pragma warning restore KIO0007
            runtime.BlockOn(async () => await runtime.Spawn(async () => { }));
            return $"kioto-{runtime.Handle.Id}";
        }
    });

    [Fact]
    public void Histograms_record_each_poll_and_wait() => Bounded.Run(() =>
    {
        using Figures figures = new();
        using (Runtime plain = Runtime.CreateBuilder().ForTests().WorkerThreads(1).Build())
        {
            plain.BlockOn(async () => await plain.Spawn(async () => { }));
        }

        Assert.Empty(figures.Recorded);
        using (Runtime runtime = Runtime.CreateBuilder().ForTests().WorkerThreads(1).PollTimeHistogram().ScheduleLatencyHistogram().Build())
        {
            runtime.BlockOn(async () => await runtime.Spawn(async () => await Kio.YieldNow()));
        }

        Assert.Equal(4, figures.Recorded.Count);
        Assert.All(figures.Recorded, seconds => Assert.InRange(seconds, 0, 20));
    });

    [Fact]
    public void Figures_of_tasks_have_a_series_for_each_call_that_spawns() => Bounded.Run(() =>
    {
        using Figures figures = new();
        using Runtime plain = Runtime.CreateCurrentThreadBuilder().ForTests().Name("unasked").Build();
        using Runtime runtime = Runtime.CreateCurrentThreadBuilder().ForTests().Name("sites").TaskMetrics().Build();
        plain.BlockOn(async () => await plain.Spawn(async () => { }));
        JoinHandle last = default;
        runtime.BlockOn(async () =>
        {
            for (int i = 0; i < 3; i++)
            {
                await (last = Kio.Spawn(async () => await Kio.YieldNow()));
            }

            await Kio.Named("named").Spawn(async () => Spin.For(1));
        });
        figures.Collect();
        string tags = $"{{kioto.runtime=sites,code.file.path={last.Site.File},code.line.number={last.Site.Line}}}";
        Assert.Equal(3, figures["kioto.task.site.ended" + tags]);
        Assert.Equal(6, figures["kioto.task.site.polls" + tags]);
        Assert.Equal(0, figures["kioto.task.site.wakes" + tags]);
        Assert.Equal(0, figures["kioto.task.site.forced_yields" + tags]);
        Assert.True(figures["kioto.task.site.busy_time" + tags] >= figures["kioto.task.site.longest_poll" + tags]);
        Assert.True(figures["kioto.task.site.scheduled_time" + tags] > 0);
        string named = Assert.Single(runtime.Metrics.SpawnSites(), static each => each.Site.Name is not null).Site.Line.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(1, figures[$"kioto.task.site.polls{{kioto.runtime=sites,code.file.path={last.Site.File},code.line.number={named},kioto.task.name=named}}"]);
        Assert.True(figures.Sum("kioto.task.site.longest_poll{kioto.runtime=sites,") >= 0.0005);
        Assert.False(figures.Has("kioto.task.site.ended{kioto.runtime=unasked"));
    });

    private static bool IsAsleep(RuntimeMetrics metrics, int worker) => metrics.Worker(worker).ParkUnparkCount % 2 == 1;
}
