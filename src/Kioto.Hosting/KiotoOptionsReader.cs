using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Kioto.Hosting;

/// <summary>Reads the section "Kioto", by hand: natively compiled programs can, and each error names its key.</summary>
internal sealed class KiotoOptionsReader(IServiceProvider services) : IConfigureOptions<KiotoOptions>
{
    private static readonly Dictionary<string, Action<KiotoOptions, IConfigurationSection>> s_keys =
        new(StringComparer.OrdinalIgnoreCase)
        {
            [nameof(KiotoOptions.Flavor)] = static (options, section) => ReadFlavor(options, section),
            [nameof(KiotoOptions.WorkerThreads)] = static (options, section) => options.WorkerThreads = Int(options, section),
            [nameof(KiotoOptions.MaxThreads)] = static (options, section) => options.MaxThreads = Int(options, section),
            [nameof(KiotoOptions.MaxBlockingThreads)] = static (options, section) => options.MaxBlockingThreads = Int(options, section),
            [nameof(KiotoOptions.MaxBlockingQueue)] = static (options, section) => options.MaxBlockingQueue = Int(options, section),
            [nameof(KiotoOptions.BlockingPools)] = static (options, section) => ReadPools(options, section),
            [nameof(KiotoOptions.ThreadKeepAlive)] = static (options, section) => options.ThreadKeepAlive = Time(options, section),
            [nameof(KiotoOptions.Name)] = static (options, section) => options.Name = Text(options, section),
            [nameof(KiotoOptions.ThreadName)] = static (options, section) => options.ThreadName = Text(options, section),
            [nameof(KiotoOptions.ThreadStackSize)] = static (options, section) => options.ThreadStackSize = Int(options, section),
            [nameof(KiotoOptions.EventInterval)] = static (options, section) => options.EventInterval = Int(options, section),
            [nameof(KiotoOptions.GlobalQueueInterval)] = static (options, section) => options.GlobalQueueInterval = Int(options, section),
            [nameof(KiotoOptions.DisableLifoSlot)] = static (options, section) => options.DisableLifoSlot = Bool(options, section) ?? false,
            [nameof(KiotoOptions.Budget)] = static (options, section) => options.Budget = Int(options, section),
            [nameof(KiotoOptions.MaxIoEventsPerTick)] = static (options, section) => options.MaxIoEventsPerTick = Int(options, section),
            [nameof(KiotoOptions.EagerDriverHandoff)] = static (options, section) => options.EagerDriverHandoff = Bool(options, section) ?? false,
            [nameof(KiotoOptions.PinWorkers)] = static (options, section) => options.PinWorkers = Bool(options, section) ?? false,
            [nameof(KiotoOptions.FlowExecutionContext)] = static (options, section) => options.FlowExecutionContext = Bool(options, section),
            [nameof(KiotoOptions.StuckThreshold)] = static (options, section) => options.StuckThreshold = Time(options, section),
            [nameof(KiotoOptions.CleanupGrace)] = static (options, section) => options.CleanupGrace = Time(options, section),
            [nameof(KiotoOptions.UnhandledFailure)] = static (options, section) => ReadFailure(options, section),
            [nameof(KiotoOptions.ShutdownGrace)] = static (options, section) => options.ShutdownGrace = Time(options, section),
            [nameof(KiotoOptions.ShutdownKill)] = static (options, section) =>
                options.ShutdownKill = Time(options, section) ?? options.ShutdownKill,
            [nameof(KiotoOptions.HealthTimeout)] = static (options, section) =>
                options.HealthTimeout = Time(options, section) ?? options.HealthTimeout,
            [nameof(KiotoOptions.HealthStuckThreshold)] = static (options, section) =>
                options.HealthStuckThreshold = Time(options, section) ?? options.HealthStuckThreshold,
        };

    public void Configure(KiotoOptions options)
    {
        // A container without a host may have no configuration.
        if (services.GetService<IConfiguration>()?.GetSection(KiotoOptions.SectionName) is not { } section)
        {
            return;
        }

        if (section.Value is { Length: > 0 } value)
        {
            options.Problems.Add($"{section.Path} is '{value}': it must be a section with keys such as {section.Path}:WorkerThreads.");
        }

        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (s_keys.TryGetValue(child.Key, out Action<KiotoOptions, IConfigurationSection>? read))
            {
                if (!IsNull(child))
                {
                    read(options, child);
                }
            }
            else
            {
                options.Problems.Add($"{child.Path} is no key of Kioto's. There are: {string.Join(", ", s_keys.Keys)}.");
            }
        }
    }

    private static void ReadFlavor(KiotoOptions options, IConfigurationSection section)
    {
        if (Named(section.Value, out RuntimeFlavor flavor))
        {
            options.Flavor = flavor;
        }
        else
        {
            Complain(options, section, "MultiThread or PerCore");
        }
    }

    private static void ReadFailure(KiotoOptions options, IConfigurationSection section)
    {
        if (Named(section.Value, out UnhandledFailure policy))
        {
            options.UnhandledFailure = policy;
        }
        else
        {
            Complain(options, section, "Log, Ignore, ShutdownRuntime or FailFast");
        }
    }

    // Not a list of names with commas, which .NET takes for the sum of them.
    private static bool Named<T>(string? text, out T value)
        where T : struct, Enum
    {
        value = default;
        return text?.Contains(',', StringComparison.Ordinal) != true
            && Enum.TryParse(text, ignoreCase: true, out value) && Enum.IsDefined(value);
    }

    private static void ReadPools(KiotoOptions options, IConfigurationSection section)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            Complain(options, section, $"a section with keys such as {section.Path}:images:Threads");
        }

        foreach (IConfigurationSection pool in section.GetChildren())
        {
            KiotoBlockingPoolOptions read = new();
            options.BlockingPools[pool.Key] = read;
            if (pool.Value is not null)
            {
                read.Threads = 1; // It has been complained about.
                Complain(options, pool, $"a section with keys such as {pool.Path}:Threads");
            }

            foreach (IConfigurationSection child in pool.GetChildren())
            {
                if (IsNull(child))
                {
                    continue; // As if it were not there: for Threads that is an error too, but another one.
                }

                if (child.Key.Equals(nameof(KiotoBlockingPoolOptions.Threads), StringComparison.OrdinalIgnoreCase))
                {
                    read.Threads = Int(options, child) ?? 1; // One that can't be read has been complained about.
                }
                else if (child.Key.Equals(nameof(KiotoBlockingPoolOptions.Queue), StringComparison.OrdinalIgnoreCase))
                {
                    read.Queue = Int(options, child);
                }
                else
                {
                    options.Problems.Add($"{child.Path} is no key of a blocking pool. There are: Threads, Queue.");
                }
            }
        }
    }

    // JSON's null, which says "the builder's default".
    private static bool IsNull(IConfigurationSection section) => section.Value is null && !section.GetChildren().Any();

    private static string? Text(KiotoOptions options, IConfigurationSection section)
    {
        if (section.Value is null)
        {
            Complain(options, section, "a value, not a section");
        }

        return section.Value;
    }

    private static int? Int(KiotoOptions options, IConfigurationSection section)
    {
        if (int.TryParse(section.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value))
        {
            return value;
        }

        Complain(options, section, "a whole number");
        return null;
    }

    private static bool? Bool(KiotoOptions options, IConfigurationSection section)
    {
        if (bool.TryParse(section.Value, out bool value))
        {
            return value;
        }

        Complain(options, section, "true or false");
        return null;
    }

    private static TimeSpan? Time(KiotoOptions options, IConfigurationSection section)
    {
        string? text = section.Value;
        if (string.Equals(text, "infinite", StringComparison.OrdinalIgnoreCase))
        {
            return Timeout.InfiniteTimeSpan;
        }

        // Without the exact format .NET reads 24:00:00 as days; and 5 as days, 5:00 as hours in any, which nobody means.
        if (text?.Count(c => c == ':') == 2 && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out TimeSpan value))
        {
            return value;
        }

        Complain(
            options,
            section,
            "a time such as 00:00:05, 00:00:00.050 or 1.00:00:00 (a day: hours go to 23, minutes and seconds to 59), or infinite");
        return null;
    }

    private static void Complain(KiotoOptions options, IConfigurationSection section, string what) =>
        options.Problems.Add($"{section.Path} is '{section.Value}': it must be {what}.");
}
