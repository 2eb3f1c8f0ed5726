using System;
using System.Collections.Generic;
using System.Diagnostics;

namespace ModelChecking;

/// <summary>Runs a model's body again and again, until it fails, all schedules are tried, or a limit is reached.</summary>
internal sealed class Exploration
{
    private readonly ModelOptions _options;
    private readonly Action _body;
    private readonly Locations _locations;
    private readonly List<ModelThread> _pool = [];
    private readonly List<int> _choices = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private int _executions;
    private int _longest;

    private Exploration(ModelOptions options, Action body, Locations locations)
    {
        _options = options;
        _body = body;
        _locations = locations;
    }

    /// <summary>Explores the schedules that the options ask for.</summary>
    internal static ModelReport Explore(ModelOptions options, Action body) => Run(options, body, e => e.Search());

    /// <summary>Runs one schedule.</summary>
    internal static ModelReport Replay(ModelOptions options, Schedule schedule, Action body) =>
        Run(options, body, e =>
        {
            var strategy = new ReplayStrategy(schedule);
            if (e.Execute(strategy, new Trace(), out Trace? trace) is { Failure: { } failure })
            {
                throw e.Report(failure, strategy, trace);
            }

            return e.Report("replay", complete: false, unbounded: false);
        });

    private static unsafe ModelReport Run(ModelOptions options, Action body, Func<Exploration, ModelReport> action)
    {
        if (ModelThread.Current is not null)
        {
            throw new InvalidOperationException("A model cannot check another model.");
        }

        // This frame outlives all executions, so they may keep references to memory locations in it.
        LocationSlots slots = default;
#pragma warning disable CS8500 // The pointer points into a stack frame, which stays put.
        var exploration = new Exploration(options, body, new Locations(&slots));
#pragma warning restore CS8500
        ulong[] cores = Affinity.Bind(Affinity.CurrentCore());
        try
        {
            return action(exploration);
        }
        finally
        {
            Affinity.Restore(cores);
            exploration._pool.ForEach(thread => thread.Stop());
        }
    }

    private ModelReport Search() => _options.Strategy switch
    {
        SearchStrategy.Exhaustive => SearchExhaustively(),
        SearchStrategy.RandomWalk => SearchRandomly("random walk", new RandomWalkStrategy(_options.Seed, _options.Iterations)),
        _ => SearchRandomly("PCT", new PctStrategy(_options.Seed, _options.Iterations, _options.PctDepth)),
    };

    private ModelReport SearchRandomly(string name, Strategy strategy)
    {
        RunAll(strategy, out _);
        return Report($"{name}, seed {_options.Seed}", complete: false, unbounded: false);
    }

    // A bound's search repeats the schedules of the lower ones, but those are few, and failures with the fewest
    // preemptions are the easiest to understand.
    private ModelReport SearchExhaustively()
    {
        int bound = _options.PreemptionBound == ModelOptions.Unlimited ? ModelOptions.Unlimited : 0;
        while (true)
        {
            bool complete = RunAll(new DepthFirstStrategy(bound), out bool hitBound);
            if (!complete || !hitBound || bound == _options.PreemptionBound)
            {
                string limit = bound == ModelOptions.Unlimited ? "unlimited" : $"at most {bound}";
                return Report($"exhaustive, preemptions {limit}", complete, complete && !hitBound);
            }

            bound++;
        }
    }

    private bool RunAll(Strategy strategy, out bool hitBound)
    {
        hitBound = false;
        while (_executions < _options.MaxExecutions && _watch.Elapsed < _options.MaxTime)
        {
            Execution? execution = Execute(strategy, null, out _);
            if (execution is null)
            {
                return true;
            }

            hitBound |= execution.HitBound;
            if (execution.Failure is { } failure)
            {
                throw Explain(failure, strategy);
            }
        }

        return false;
    }

    private Execution? Execute(Strategy strategy, Trace? trace, out Trace? written)
    {
        written = trace;
        if (!strategy.Begin())
        {
            return null;
        }

        _choices.Clear();
        var execution = new Execution(_options, strategy, _pool, _locations, _choices, trace);
        execution.Run(_body);
        _locations.Clear();
        strategy.End(execution.Steps);
        _executions++;
        _longest = Math.Max(_longest, execution.Steps);
        return execution;
    }

    /// <summary>Repeats the failing execution with a trace.</summary>
    private ModelFailureException Explain(Failure failure, Strategy strategy)
    {
        Schedule schedule = Schedule.Of(_options, strategy.PreemptionBound, _choices);
        Execution again = Execute(new ReplayStrategy(schedule), new Trace(), out Trace? trace)!;
        return again.Failure is { } repeated && repeated.Kind == failure.Kind
            ? Report(repeated, strategy, trace)
            : Report(failure, strategy, null);
    }

    private ModelFailureException Report(Failure failure, Strategy strategy, Trace? trace)
    {
        Schedule schedule = Schedule.Of(_options, strategy.PreemptionBound, _choices);
        string seed = strategy is RandomWalkStrategy ? $", seed {_options.Seed}" : "";
        string operations = trace is null
            ? "The failure did not repeat: the model depends on something besides its schedule.\n"
            : "Last operations:\n" + trace.Last(_options.TraceLength);
        string blocked = failure.Blocked.Length > 0 ? failure.Blocked + "\n" : "";
        string message =
            $"{failure.Headline}\n{blocked}Execution {_executions}{seed}; repeat it with\n" +
            $"  Model.Replay(\"{schedule}\", ...)\n{operations}";
        return new ModelFailureException(failure.Kind, schedule.ToString(), message, failure.Cause);
    }

    private ModelReport Report(string search, bool complete, bool unbounded) =>
        new(_executions, complete, unbounded, _longest, _watch.Elapsed, search);
}
