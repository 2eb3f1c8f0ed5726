using System;
using System.Runtime.CompilerServices;
using Xunit;

namespace ModelChecking;

/// <summary>
/// Checks a concurrent program by running it under every thread interleaving, or many of them. See the README of this
/// project for how to write a model and for what is not covered.
/// </summary>
internal static class Model
{
    internal static ModelThread CurrentThread =>
        ModelThread.Current ?? throw new InvalidOperationException("This is for the inside of a model.");

    /// <summary>Explores the body's interleavings; throws <see cref="ModelFailureException"/> at the first that fails.</summary>
    /// <param name="options">What to explore, and for how long.</param>
    /// <param name="body">
    /// Thread 0 of the model. It creates the shared state, spawns and joins threads, and asserts. It runs many times
    /// and must do the same every time but for the order of threads and the results of <see cref="Choose"/>.
    /// </param>
    internal static ModelReport Check(ModelOptions options, Action body)
    {
        ModelReport report = Exploration.Explore(options, body);
        TestContext.Current.TestOutputHelper?.WriteLine(report.ToString());
        return report;
    }

    /// <summary>Explores with the default options.</summary>
    internal static ModelReport Check(Action body) => Check(new ModelOptions(), body);

    /// <summary>Runs the one schedule that a failure's message gave.</summary>
    internal static ModelReport Replay(string schedule, Action body) => Replay(new ModelOptions(), schedule, body);

    /// <summary>Runs one schedule, with limits of its own.</summary>
    internal static ModelReport Replay(ModelOptions options, string schedule, Action body)
    {
        Schedule parsed = Schedule.Parse(schedule);
        options = options with { StoreBuffers = parsed.StoreBuffers, SpuriousWakes = parsed.SpuriousWakes };
        return Exploration.Replay(options, parsed, body);
    }

    /// <summary>Starts another thread of the model.</summary>
    internal static ModelHandle Spawn(Action body) => new(CurrentThread.Execution.Spawn(CurrentThread, body));

    /// <summary>Any number from zero to below <paramref name="count"/>; all of them are tried.</summary>
    internal static int Choose(int count) => CurrentThread.Execution.Choose(count);

    /// <summary>Lets another thread run first, as before an instrumented operation; for plain shared accesses.</summary>
    internal static void Point()
    {
        // The explorer cannot know what plain accesses came before.
        CurrentThread.Fresh = false;
        CurrentThread.Execution.Point(CurrentThread);
    }

    /// <summary>Lets all other threads run first; for loops that wait for them.</summary>
    internal static void Spin() => CurrentThread.Execution.Yield(CurrentThread);

    /// <summary>
    /// From now on threads run in turn until they block, and stores become visible at once; or no longer so. For a beginning and
    /// an end that are not what the model is about, and would multiply the schedules. A report then says no more than
    /// that the search is complete within its bound.
    /// </summary>
    internal static void Calm(bool calm) => CurrentThread.Execution.Calm = calm;

    /// <summary>Names a location in the trace where its expression in the source says too little.</summary>
    internal static void Name<T>(ref T location, string name)
    {
        if (CurrentThread.Execution.Trace is not null)
        {
            Locations locations = CurrentThread.Execution.Locations;
            locations.SetName(locations.IdOf(ref Unsafe.As<T, byte>(ref location)), name);
        }
    }
}
