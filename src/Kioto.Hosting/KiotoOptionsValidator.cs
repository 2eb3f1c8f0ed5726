using System;
using System.Collections.Generic;
using System.Threading;
using Microsoft.Extensions.Options;

namespace Kioto.Hosting;

/// <summary>Says of all values at once what is wrong with them, by the keys of the configuration.</summary>
internal sealed class KiotoOptionsValidator : IValidateOptions<KiotoOptions>
{
    public ValidateOptionsResult Validate(string? name, KiotoOptions options)
    {
        List<string> problems = [.. options.Problems];
        if (options.Flavor is not (RuntimeFlavor.MultiThread or RuntimeFlavor.PerCore))
        {
            Add(problems, nameof(options.Flavor), options.Flavor, "MultiThread or PerCore: nobody would drive a runtime of another kind");
        }

        if (options.UnhandledFailure is UnhandledFailure.Callback or < UnhandledFailure.Log or > UnhandledFailure.FailFast)
        {
            Add(
                problems,
                nameof(options.UnhandledFailure),
                options.UnhandledFailure,
                "Log, Ignore, ShutdownRuntime or FailFast; a callback is set by KiotoOptions.Configure");
        }

        Range(problems, nameof(options.WorkerThreads), options.WorkerThreads, 1, KnobBounds.MostWorkers);
        Range(problems, nameof(options.MaxThreads), options.MaxThreads, 1, KnobBounds.MostThreads);
        Range(problems, nameof(options.MaxBlockingThreads), options.MaxBlockingThreads, 1, KnobBounds.MostThreads);
        Range(problems, nameof(options.MaxBlockingQueue), options.MaxBlockingQueue, 0, int.MaxValue);
        Range(problems, nameof(options.ThreadStackSize), options.ThreadStackSize, KnobBounds.LeastStack, KnobBounds.MostStack);
        Range(problems, nameof(options.EventInterval), options.EventInterval, 1, KnobBounds.MostTicks);
        Range(problems, nameof(options.GlobalQueueInterval), options.GlobalQueueInterval, 1, KnobBounds.MostTicks);
        Range(problems, nameof(options.Budget), options.Budget, 1, KnobBounds.MostTicks);
        Range(problems, nameof(options.MaxIoEventsPerTick), options.MaxIoEventsPerTick, 1, KnobBounds.MostIoEvents);
        NotEmpty(problems, nameof(options.Name), options.Name);
        NotEmpty(problems, nameof(options.ThreadName), options.ThreadName);
        ValidatePools(problems, options);
        ValidateTimes(problems, options);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void ValidatePools(List<string> problems, KiotoOptions options)
    {
        foreach ((string pool, KiotoBlockingPoolOptions? values) in options.BlockingPools)
        {
            string key = $"{nameof(options.BlockingPools)}:{pool}";
            if (values is null)
            {
                problems.Add($"{Path(key)} is null: give it {nameof(KiotoBlockingPoolOptions)}, or remove it.");
                continue;
            }

            if (string.IsNullOrWhiteSpace(pool) || pool == "io")
            {
                problems.Add($"{Path(key)}: the name must not be empty, nor io, which is the pool of SpawnBlocking: use MaxBlockingThreads.");
            }

            Range(problems, $"{key}:{nameof(values.Threads)}", values.Threads, 1, KnobBounds.MostThreads);
            Range(problems, $"{key}:{nameof(values.Queue)}", values.Queue, 0, int.MaxValue);
        }
    }

    private static void ValidateTimes(List<string> problems, KiotoOptions options)
    {
        if (options.ThreadKeepAlive is { } keepAlive && keepAlive <= TimeSpan.Zero && !IsInfinite(keepAlive))
        {
            Add(problems, nameof(options.ThreadKeepAlive), keepAlive, "more than zero, or infinite");
        }

        if (options.StuckThreshold is { } stuck && stuck < KnobBounds.ShortestStuckThreshold && !IsInfinite(stuck))
        {
            Add(problems, nameof(options.StuckThreshold), stuck, "10 ms or more (00:00:00.010), or infinite to turn the watchdog off");
        }

        UpToADay(problems, nameof(options.CleanupGrace), options.CleanupGrace ?? TimeSpan.Zero);
        UpToADay(problems, nameof(options.ShutdownGrace), options.ShutdownGrace ?? TimeSpan.Zero);
        UpToADay(problems, nameof(options.ShutdownKill), options.ShutdownKill);
        if (options.HealthTimeout <= TimeSpan.Zero || options.HealthTimeout > KnobBounds.LongestGrace)
        {
            Add(problems, nameof(options.HealthTimeout), options.HealthTimeout, "more than zero, and a day at most");
        }

        if (options.HealthStuckThreshold < TimeSpan.Zero && !IsInfinite(options.HealthStuckThreshold))
        {
            Add(problems, nameof(options.HealthStuckThreshold), options.HealthStuckThreshold, "zero or more, or infinite");
        }
    }

    private static void Range(List<string> problems, string key, int? value, int least, int most)
    {
        if (value is { } given && (given < least || given > most))
        {
            Add(problems, key, given, most == int.MaxValue ? $"{least} or more" : $"a whole number from {least} to {most}");
        }
    }

    private static void NotEmpty(List<string> problems, string key, string? value)
    {
        if (value is not null && string.IsNullOrWhiteSpace(value))
        {
            Add(problems, key, value, "a name; leave the key out for none");
        }
    }

    private static void UpToADay(List<string> problems, string key, TimeSpan value)
    {
        if (value < TimeSpan.Zero || value > KnobBounds.LongestGrace)
        {
            Add(problems, key, value, "between zero and a day");
        }
    }

    private static bool IsInfinite(TimeSpan value) => value == Timeout.InfiniteTimeSpan;

    private static void Add(List<string> problems, string key, object value, string what)
    {
        // As it is written in the configuration.
        object given = value is TimeSpan time && IsInfinite(time) ? "infinite" : value;
        problems.Add(FormattableString.Invariant($"{Path(key)} is '{given}': it must be {what}."));
    }

    private static string Path(string key) => $"{KiotoOptions.SectionName}:{key}";
}
