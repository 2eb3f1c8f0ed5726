using System;
using System.Collections.Generic;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>How far the models of the runtime are explored, always with store buffers.</summary>
internal static class Explore
{
    /// <summary>Whether there is time for more: set by the long checks.</summary>
    private static readonly bool s_long = Environment.GetEnvironmentVariable("KIOTO_MODEL_LONG") == "1";

    /// <summary>What a long check may take more; there are more than two hundred.</summary>
    private static readonly TimeSpan s_more = TimeSpan.FromSeconds(8);

    /// <summary>For what has to be complete: seconds, unless the machine has much else to do.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    /// <summary>Tries every schedule within the bound; with one more preemption, as far as time allows, in the long checks.</summary>
    /// <param name="preemptions">The bound.</param>
    /// <param name="model">The model.</param>
    /// <param name="spuriousWakes">How many futex waits may end for nothing.</param>
    /// <param name="processWide">Whether the model has barriers of all processors.</param>
    internal static void All(int preemptions, Action model, int spuriousWakes = 0, bool processWide = false)
    {
        var options = new ModelOptions
        {
            StoreBuffers = true,
            PreemptionBound = preemptions,
            SpuriousWakes = spuriousWakes,
            ProcessWideBarriers = processWide,
            MaxExecutions = int.MaxValue,
            MaxTime = s_patience,
        };
        Assert.True(Model.Check(options, model).Complete);
        if (s_long)
        {
            Model.Check(options with { PreemptionBound = preemptions + 1, MaxTime = s_more }, model);
        }
    }

    /// <summary>The same for one that takes long: with one preemption less than in the long checks.</summary>
    /// <param name="preemptions">The bound of the long checks.</param>
    /// <param name="model">The model.</param>
    /// <param name="processWide">Whether the model has barriers of all processors.</param>
    internal static void AllButTheLast(int preemptions, Action model, bool processWide = false)
    {
        All(s_long ? preemptions : preemptions - 1, model, processWide: processWide);
        Some(2_000, model, processWide);
    }

    /// <summary>Draws schedules, for a model that has too many.</summary>
    /// <param name="iterations">How many; up to fifty times as many in the long checks, as far as time allows.</param>
    /// <param name="model">The model.</param>
    /// <param name="processWide">Whether the model has barriers of all processors.</param>
    internal static void Some(int iterations, Action model, bool processWide = false)
    {
        foreach (SearchStrategy strategy in (ReadOnlySpan<SearchStrategy>)[SearchStrategy.Pct, SearchStrategy.RandomWalk])
        {
            Model.Check(
                new ModelOptions
                {
                    StoreBuffers = true,
                    ProcessWideBarriers = processWide,
                    Strategy = strategy,
                    Iterations = s_long ? iterations * 50 : iterations,
                    MaxExecutions = int.MaxValue,
                    MaxTime = s_long ? s_more : s_patience,
                },
                model);
        }
    }

    /// <summary>Expects a failure within the bound.</summary>
    /// <param name="preemptions">The bound.</param>
    /// <param name="model">The model.</param>
    /// <param name="processWide">Whether the model has barriers of all processors.</param>
    /// <returns>The failure.</returns>
    internal static ModelFailureException Failure(int preemptions, Action model, bool processWide = false) =>
        Assert.Throws<ModelFailureException>(() => Model.Check(
            new ModelOptions
            {
                StoreBuffers = true,
                ProcessWideBarriers = processWide,
                PreemptionBound = preemptions,
                MaxExecutions = int.MaxValue,
                MaxTime = s_patience,
            },
            model));
}
