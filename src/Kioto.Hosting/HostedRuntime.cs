using System;
using Microsoft.Extensions.Options;

namespace Kioto.Hosting;

/// <summary>Builds the host's runtime from the options.</summary>
internal static class HostedRuntime
{
    /// <summary>Builds it.</summary>
    /// <param name="options">The options, validated.</param>
    /// <param name="reports">Where it reports to.</param>
    /// <returns>The runtime.</returns>
    /// <exception cref="OptionsValidationException">Two options contradict each other.</exception>
    internal static Runtime Build(KiotoOptions options, RuntimeReports reports)
    {
        RuntimeBuilder builder = options.Flavor == RuntimeFlavor.PerCore ? Runtime.CreatePerCoreBuilder() : Runtime.CreateBuilder();
        builder.OnStuckTaskOfHost(reports.OnStuckTask);
        SetThreads(builder, options);
        SetScheduling(builder, options);
        if (options.UnhandledFailure == UnhandledFailure.Log)
        {
            builder.OnUnhandledFailure(reports.OnUnhandledFailure);
        }
        else
        {
            builder.OnUnhandledFailure(options.UnhandledFailure);
        }

        options.Configure?.Invoke(builder);
        try
        {
            Runtime runtime = builder.Build();
            reports.Runtime = runtime;
            RuntimeLog.Started(reports.Logger, runtime.Handle.Flavor, runtime.Handle.WorkerThreads);
            return runtime;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            throw new OptionsValidationException(
                Options.DefaultName, typeof(KiotoOptions), [$"{KiotoOptions.SectionName}: {exception.Message}"]);
        }
    }

    private static void SetThreads(RuntimeBuilder builder, KiotoOptions options)
    {
        Set(options.WorkerThreads, builder.WorkerThreads);
        Set(options.MaxThreads, builder.MaxThreads);
        Set(options.MaxBlockingThreads, builder.MaxBlockingThreads);
        Set(options.MaxBlockingQueue, builder.MaxBlockingQueue);
        Set(options.ThreadKeepAlive, builder.ThreadKeepAlive);
        Set(options.ThreadStackSize, builder.ThreadStackSize);
        if (options.Name is { } name)
        {
            builder.Name(name);
        }

        if (options.ThreadName is { } threadName)
        {
            builder.ThreadName(threadName);
        }

        if (options.PinWorkers)
        {
            builder.PinWorkers();
        }

        foreach ((string pool, KiotoBlockingPoolOptions values) in options.BlockingPools)
        {
            builder.BlockingPool(pool, values.Threads, values.Queue);
        }
    }

    private static void SetScheduling(RuntimeBuilder builder, KiotoOptions options)
    {
        Set(options.EventInterval, builder.EventInterval);
        Set(options.GlobalQueueInterval, builder.GlobalQueueInterval);
        Set(options.Budget, builder.Budget);
        Set(options.MaxIoEventsPerTick, builder.MaxIoEventsPerTick);
        Set(options.FlowExecutionContext, builder.FlowExecutionContext);
        Set(options.StuckThreshold, builder.StuckThreshold);
        Set(options.CleanupGrace, builder.CleanupGrace);
        if (options.DisableLifoSlot)
        {
            builder.DisableLifoSlot();
        }

        if (options.EagerDriverHandoff)
        {
            builder.EagerDriverHandoff();
        }
    }

    private static void Set<T>(T? value, Func<T, RuntimeBuilder> knob)
        where T : struct
    {
        if (value is { } given)
        {
            knob(given);
        }
    }
}
