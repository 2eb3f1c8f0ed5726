using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Kioto.AspNetCore.Tests;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace Kioto.Hosting.Tests;

/// <summary>The section "Kioto" says how the runtime is built, and errors in it name their keys.</summary>
public class ConfigurationTests
{
    [Fact]
    public Task The_section_is_read() => Bounded.Run(async () =>
    {
        using IHost host = HostSetup.Build(new LogSink(), new()
        {
            ["Kioto:WorkerThreads"] = "3",
            ["Kioto:MaxBlockingThreads"] = "7",
            ["kioto:name"] = "orders",
            ["Kioto:ThreadName"] = "orders-worker",
            ["Kioto:StuckThreshold"] = "infinite",
            ["Kioto:CleanupGrace"] = "00:00:01.5",
            ["Kioto:EventInterval"] = "31",
            ["Kioto:DisableLifoSlot"] = "true",
            ["Kioto:FlowExecutionContext"] = "False",
            ["Kioto:UnhandledFailure"] = "ignore",
            ["Kioto:BlockingPools:images:Threads"] = "2",
            ["Kioto:BlockingPools:images:Queue"] = "10",
        });
        await host.StartAsync();
        Runtime runtime = host.Services.GetRequiredService<Runtime>();
        Assert.Equal(3, runtime.Handle.WorkerThreads);
        Assert.Equal("orders", runtime.Handle.Name);
        Assert.Equal("orders-worker", (await runtime.Spawn(async () => Thread.CurrentThread.Name).AsFuture().AsTask())?[..13]);
        Assert.NotNull(runtime.BlockingPool("images"));
        KiotoOptions options = host.Services.GetRequiredService<IOptions<KiotoOptions>>().Value;
        Assert.Equal(7, options.MaxBlockingThreads);
        Assert.Equal(Timeout.InfiniteTimeSpan, options.StuckThreshold);
        Assert.Equal(TimeSpan.FromSeconds(1.5), options.CleanupGrace);
        Assert.False(options.FlowExecutionContext);
        Assert.Equal(UnhandledFailure.Ignore, options.UnhandledFailure);
        Assert.Equal(10, options.BlockingPools["images"].Queue);
        Assert.Same(runtime, host.Services.GetRequiredService<Runtime>());
        await host.StopAsync();
    });

    [Fact]
    public Task Per_core_can_be_chosen() => Bounded.Run(async () =>
    {
        using IHost host = HostSetup.Build(
            new LogSink(), new() { ["Kioto:Flavor"] = "percore", ["Kioto:WorkerThreads"] = "2" });
        await host.StartAsync();
        Assert.Equal(RuntimeFlavor.PerCore, host.Services.GetRequiredService<Runtime>().Handle.Flavor);
        await host.StopAsync();
    });

    [Fact]
    public Task Code_comes_after_the_configuration_and_the_builder_last() => Bounded.Run(async () =>
    {
        using IHost host = HostSetup.Build(
            new LogSink(),
            new() { ["Kioto:WorkerThreads"] = "3", ["Kioto:Name"] = "file" },
            options =>
            {
                options.Name = "code";
                options.Configure = builder => builder.WorkerThreads(options.WorkerThreads!.Value - 1);
            },
            services => services.AddKioto(options => options.ThreadName = "twice"));
        await host.StartAsync();
        Runtime runtime = host.Services.GetRequiredService<Runtime>();
        Assert.Equal(2, runtime.Handle.WorkerThreads);
        Assert.Equal("code", runtime.Handle.Name);
        Assert.StartsWith("twice", await runtime.Spawn(async () => Thread.CurrentThread.Name).AsFuture().AsTask(), StringComparison.Ordinal);
        Assert.Single(host.Services.GetServices<Runtime>());
        await host.StopAsync();
    });

    [Theory]
    [InlineData("WorkerThreads", "0", "from 1 to 1024")]
    [InlineData("WorkerThreads", "four", "a whole number")]
    [InlineData("WorkerThreads", "", "a whole number")]
    [InlineData("WorkerThreads", "2.5", "a whole number")]
    [InlineData("MaxThreads", "-1", "from 1 to 32767")]
    [InlineData("MaxBlockingThreads", "0", "from 1 to 32767")]
    [InlineData("MaxBlockingQueue", "-1", "0 or more")]
    [InlineData("ThreadStackSize", "100", "from 65536")]
    [InlineData("EventInterval", "0", "from 1 to 1000000")]
    [InlineData("GlobalQueueInterval", "0", "from 1")]
    [InlineData("Budget", "0", "from 1")]
    [InlineData("MaxIoEventsPerTick", "70000", "65536")]
    [InlineData("ThreadKeepAlive", "5", "a time such as")]
    [InlineData("ThreadKeepAlive", "24:00:00", "hours go to 23")]
    [InlineData("ThreadKeepAlive", "5:00", "a time such as 00:00:05")]
    [InlineData("ThreadKeepAlive", "00:90:00", "minutes and seconds to 59")]
    [InlineData("ThreadKeepAlive", "00:00:05,5", "a time such as")]
    [InlineData("ThreadKeepAlive", "00:00:00", "more than zero")]
    [InlineData("StuckThreshold", "00:00:00.001", "10 ms")]
    [InlineData("CleanupGrace", "infinite", "between zero and a day")]
    [InlineData("ShutdownGrace", "-00:00:05", "between zero and a day")]
    [InlineData("ShutdownKill", "2.00:00:00", "between zero and a day")]
    [InlineData("HealthTimeout", "00:00:00", "more than zero")]
    [InlineData("HealthTimeout", "infinite", "is 'infinite'")]
    [InlineData("HealthStuckThreshold", "-00:00:01", "zero or more")]
    [InlineData("DisableLifoSlot", "yes", "true or false")]
    [InlineData("PinWorkers", "1", "true or false")]
    [InlineData("FlowExecutionContext", "on", "true or false")]
    [InlineData("Flavor", "CurrentThread", "MultiThread or PerCore")]
    [InlineData("Flavor", "Fast", "MultiThread or PerCore")]
    [InlineData("UnhandledFailure", "Callback", "Log, Ignore")]
    [InlineData("UnhandledFailure", "7", "Log, Ignore")]
    [InlineData("Name", " ", "a name")]
    [InlineData("BlockingPools:images:Threads", "0", "from 1 to 32767")]
    [InlineData("BlockingPools:images:Queue", "-2", "0 or more")]
    [InlineData("BlockingPools:images:Depth", "1", "Threads, Queue")]
    [InlineData("BlockingPools:io:Threads", "1", "MaxBlockingThreads")]
    [InlineData("BlockingPools", "images", "a section with keys such as Kioto:BlockingPools:images:Threads")]
    [InlineData("BlockingPools:images", "2", "a section with keys such as Kioto:BlockingPools:images:Threads")]
    [InlineData("Flavor", "MultiThread,PerCore", "MultiThread or PerCore")]
    [InlineData("WorkerThread", "4", "no key of Kioto's")]
    public Task A_value_that_makes_no_sense_stops_the_start_and_names_its_key(string key, string value, string remedy) => Bounded.Run(async () =>
    {
        using IHost host = HostSetup.Build(new LogSink(), new() { [$"Kioto:{key}"] = value });
        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        string failure = exception.Failures.First(text => text.Contains(remedy, StringComparison.Ordinal));
        Assert.Contains($"Kioto:{string.Join(':', key.Split(':').Take(2))}", failure, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("1.00:00:00", 24 * 3600)]
    [InlineData("23:59:59", (24 * 3600) - 1)]
    [InlineData("0:00:05", 5)]
    public void Times_are_those_of_a_clock(string text, int seconds)
    {
        KiotoOptions options = Read($$"""{ "Kioto": { "ThreadKeepAlive": "{{text}}" } }""");
        Assert.Equal(TimeSpan.FromSeconds(seconds), options.ThreadKeepAlive);
    }

    [Fact]
    public void Null_is_the_default()
    {
        KiotoOptions options = Read("""
            {
              "Kioto": {
                "Flavor": null, "WorkerThreads": null, "Name": null, "PinWorkers": null, "UnhandledFailure": null,
                "StuckThreshold": null, "HealthTimeout": null, "BlockingPools": { "images": { "Threads": 2, "Queue": null } }
              }
            }
            """);
        Assert.Null(options.WorkerThreads);
        Assert.Null(options.Name);
        Assert.Null(options.StuckThreshold);
        Assert.False(options.PinWorkers);
        Assert.Equal(TimeSpan.FromSeconds(1), options.HealthTimeout);
        Assert.Null(options.BlockingPools["images"].Queue);
    }

    [Fact]
    public void A_pool_whose_threads_are_null_is_named()
    {
        OptionsValidationException exception = Assert.Throws<OptionsValidationException>(
            () => Read("""{ "Kioto": { "BlockingPools": { "images": { "Threads": null } } } }"""));
        Assert.Contains("Kioto:BlockingPools:images:Threads", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Name")]
    [InlineData("ThreadName")]
    public Task A_section_in_place_of_a_name_is_named(string key) => Bounded.Run(async () =>
    {
        using IHost host = HostSetup.Build(new LogSink(), new() { [$"Kioto:{key}:First"] = "orders" });
        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal($"Kioto:{key} is '': it must be a value, not a section.", exception.Failures.Single());
    });

    [Fact]
    public Task A_pool_without_options_is_named() => Bounded.Run(async () =>
    {
        using IHost host = HostSetup.Build(new LogSink(), configure: options => options.BlockingPools["images"] = null!);
        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains("Kioto:BlockingPools:images", exception.Message, StringComparison.Ordinal);
    });

    [Fact]
    public Task All_that_is_wrong_is_said_at_once() => Bounded.Run(async () =>
    {
        using IHost host = HostSetup.Build(
            new LogSink(), new() { ["Kioto:WorkerThreads"] = "0", ["Kioto:Budget"] = "many", ["Kioto:Threads"] = "4" });
        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal(3, exception.Failures.Count());
    });

    [Fact]
    public Task Knobs_that_contradict_each_other_are_named() => Bounded.Run(async () =>
    {
        using IHost host = HostSetup.Build(
            new LogSink(), new() { ["Kioto:MaxThreads"] = "8", ["Kioto:MaxBlockingThreads"] = "4" });
        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains("MaxThreads", exception.Message, StringComparison.Ordinal);
        Assert.Contains("MaxBlockingThreads", exception.Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Without_configuration_it_is_a_runtime_with_defaults()
    {
        using ServiceProvider services = new ServiceCollection().AddKioto().BuildServiceProvider();
        Runtime runtime = services.GetRequiredService<Runtime>();
        Assert.Equal(RuntimeFlavor.MultiThread, runtime.Handle.Flavor);
        Assert.Equal(42, runtime.BlockOn(async () => 42));
    }

    [Fact]
    public void A_runtime_of_somebody_elses_is_not_taken_over()
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).Build();
        IServiceCollection services = new ServiceCollection().AddSingleton(runtime);
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => services.AddKioto());
        Assert.Contains("AddKioto", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_runtime_with_a_key_is_not_in_the_way()
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).Build();
        using ServiceProvider services = new ServiceCollection().AddKeyedSingleton("web", runtime).AddKioto().BuildServiceProvider();
        Assert.NotSame(runtime, services.GetRequiredService<Runtime>());
    }

    private static KiotoOptions Read(string json)
    {
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(json));
        using ServiceProvider services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddJsonStream(stream).Build())
            .AddKioto()
            .BuildServiceProvider();
        return services.GetRequiredService<IOptions<KiotoOptions>>().Value;
    }
}
