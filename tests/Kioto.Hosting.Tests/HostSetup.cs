using System;
using System.Collections.Generic;
using System.Linq;
using Kioto.AspNetCore.Tests;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kioto.Hosting.Tests;

/// <summary>Hosts with a runtime.</summary>
internal static class HostSetup
{
    internal static IHost Build(
        LogSink logs,
        Dictionary<string, string?>? configuration = null,
        Action<KiotoOptions>? configure = null,
        Action<IServiceCollection>? services = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(configuration ?? []);
        builder.Logging.AddProvider(logs).SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddKioto(configure);
        services?.Invoke(builder.Services);
        return builder.Build();
    }

    /// <summary>What was logged that should not be; but on a busy machine anything may seem stuck.</summary>
    internal static IEnumerable<string> Warnings(LogSink logs) => logs.Entries
        .Where(entry => entry.Level > LogLevel.Information && entry.Id.Name != "StuckTask")
        .Select(entry => $"{entry.Category}: {entry.Message}");
}
