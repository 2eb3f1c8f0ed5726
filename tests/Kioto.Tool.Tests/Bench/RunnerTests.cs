using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Kioto.Tool.Bench;

namespace Kioto.Tool.Tests.Bench;

public sealed class RunnerTests
{
    private static readonly BenchSpec s_spec = new("ping_pong", "", 1, 1);

    private readonly FakeClock _clock = new();
    private readonly List<string> _log = [];

    [Fact]
    public void Contenders_take_turns_and_each_comes_first_as_often_as_the_others()
    {
        BenchRow row = Measure(s_spec, Plan(6), new FakeContender("tokio", _log), new FakeContender("c", _log));
        Assert.Equal(["tokio warm", "c warm"], _log.Take(2));
        string[] tokioFirst = ["tokio measured", "c measured"];
        string[] cFirst = ["c measured", "tokio measured"];
        Assert.Equal([.. tokioFirst, .. cFirst, .. tokioFirst, .. cFirst, .. tokioFirst, .. cFirst], _log.Skip(2));
        Assert.Equal(6, row["tokio"]!.Samples.Count);
        Assert.Equal(6, row["c"]!.Samples.Count);
    }

    [Fact]
    public void Who_compiles_while_it_runs_is_warmed_up_for_the_plans_time()
    {
        FakeContender kioto = new("kioto", _log, _clock, TimeSpan.FromSeconds(0.5));
        FakeContender dotnet = new("dotnet", _log, _clock, TimeSpan.FromSeconds(0.5));
        Measure(s_spec, Plan(1, warmUp: 2), kioto, dotnet);
        Assert.Equal(
            ["kioto warm", "dotnet warm", "kioto warm", "dotnet warm", "kioto measured", "dotnet measured"], _log);
    }

    [Fact]
    public void A_row_of_an_echo_is_warm_after_the_first()
    {
        BenchSpec echo = s_spec with { Connections = 1 };
        Runner runner = new(
            Plan(1, warmUp: 1),
            [new FakeContender("kioto", _log, _clock, TimeSpan.FromSeconds(1)), new FakeContender("c", _log)],
            _ => { },
            _clock);
        runner.Measure(echo, CancellationToken.None);
        Assert.Equal(["c warm", "kioto warm", "kioto measured", "c measured"], _log);
        _log.Clear();
        runner.Measure(echo with { Connections = 64 }, CancellationToken.None);
        Assert.Equal(["kioto measured", "c measured"], _log);
    }

    [Fact]
    public void Each_web_server_is_under_load_for_the_plans_time_with_what_the_row_asks_for()
    {
        BenchSpec spec = s_spec with { Connections = 64, Http = new HttpShape("/") };
        Runner runner = new(
            Plan(1) with { ServerWarmUp = TimeSpan.FromSeconds(2) },
            [
                new FakeContender("kioto", _log, _clock, TimeSpan.FromSeconds(1)),
                new FakeContender("dotnet", _log, _clock, TimeSpan.FromSeconds(3)),
                new FakeContender("hyper", _log),
            ],
            _ => { },
            _clock);
        runner.Measure(spec, CancellationToken.None);
        string[] round = ["kioto warm", "dotnet warm"];
        string[] measured = ["kioto measured", "dotnet measured", "hyper measured"];
        Assert.Equal(["hyper warm", .. round, .. round, .. measured], _log);
        _log.Clear();
        runner.Measure(spec with { Connections = 256 }, CancellationToken.None);
        Assert.Equal(measured, _log);
        _log.Clear();
        runner.Measure(spec with { Http = new HttpShape("/json") }, CancellationToken.None);
        Assert.Equal(["hyper warm", .. round, .. round, .. measured], _log);
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(2, 2)]
    [InlineData(1.1, 4)]
    [InlineData(0.1, 20)]
    public void A_row_ends_within_its_budget_but_for_the_first_repetition(double seconds, int repetitions)
    {
        FakeContender slow = new("tokio", _log, _clock, TimeSpan.FromSeconds(seconds)) { };
        BenchRow row = Measure(s_spec, Plan(20) with { Budget = TimeSpan.FromSeconds(6) }, slow);
        Assert.Equal(repetitions, row["tokio"]!.Samples.Count);
    }

    [Theory]
    [InlineData("tokio warm")]
    [InlineData("tokio measured")]
    public void Who_starves_is_left_out_with_all_its_variants_and_the_rest_goes_on(string at)
    {
        BenchRow row = Measure(
            s_spec,
            Plan(3),
            new FakeContender("tokio", _log) { FailsAt = at },
            new FakeContender("tokio", _log),
            new FakeContender("c", _log));
        Assert.Equal([("tokio", "starved")], row.Failures);
        Assert.Null(row["tokio"]);
        Assert.Equal(3, row["c"]!.Samples.Count);
        Assert.Single(_log, at);
    }

    [Fact]
    public void Who_does_not_know_a_bench_is_not_asked()
    {
        BenchRow row = Measure(new BenchSpec("unknown", "", 1, 1), Plan(3), new FakeContender("tokio", _log));
        Assert.Empty(_log);
        Assert.Empty(row.Results);
    }

    [Fact]
    public void A_plan_is_stopped_in_the_middle()
    {
        using CancellationTokenSource stop = new();
        Runner runner = new(Plan(9), [new FakeContender("c", _log)], what => stop.Cancel(), _clock);
        runner.Measure(s_spec, stop.Token);
        Assert.Equal(["c warm"], _log);
    }

    [Fact]
    public void A_bench_may_ask_for_fewer_repetitions_and_for_less_in_a_quick_run()
    {
        BenchSpec isolation = Catalog.All.Single(b => b.Name == "blocking_isolation_sleeping");
        Assert.Equal(9, BenchPlan.Full.RepetitionsOf(isolation));
        Assert.Equal(BenchPlan.Quick.Repetitions, BenchPlan.Quick.RepetitionsOf(isolation));
        Assert.True(isolation.Quick.Ops < isolation.Ops);
        Assert.Same(s_spec, s_spec.Quick);
        Assert.All(Catalog.All, spec => Assert.True(BenchPlan.Full.RepetitionsOf(spec) is 9 or >= 20, spec.Name));
    }

    private static BenchPlan Plan(int repetitions, double warmUp = 0) => BenchPlan.Full with
    {
        WarmUp = TimeSpan.FromSeconds(warmUp),
        Repetitions = repetitions,
        EchoRounds = repetitions,
    };

    private BenchRow Measure(BenchSpec spec, BenchPlan plan, params Contender[] contenders) =>
        new Runner(plan, contenders, _ => { }, _clock).Measure(spec, CancellationToken.None);
}
