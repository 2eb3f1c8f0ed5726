using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>Runtimes on which a server can't run are refused when it starts.</summary>
public class FlavorTests
{
    [Theory]
    [InlineData(RuntimeFlavor.CurrentThread, false)]
    [InlineData(RuntimeFlavor.CurrentThread, true)]
    [InlineData(RuntimeFlavor.PerCore, false)]
    [InlineData(RuntimeFlavor.PerCore, true)]
    public Task A_runtime_that_can_not_carry_a_server_is_refused_with_the_remedy(RuntimeFlavor flavor, bool registered) => Bounded.Run(async () =>
    {
        using Runtime runtime = flavor == RuntimeFlavor.PerCore
            ? Runtime.CreatePerCoreBuilder().WorkerThreads(2).Build()
            : Runtime.CreateCurrentThreadBuilder().Build();
        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => TestServer.StartAsync(
            Transport.Kioto,
            context => context.Response.WriteAsync("ok"),
            kioto: options =>
            {
                options.WorkerThreads = 0;
                options.Runtime = registered ? null : runtime;
            },
            configure: builder =>
            {
                if (registered)
                {
                    builder.Services.AddSingleton(runtime);
                }
            }));
        Assert.Contains(flavor.ToString(), exception.Message, StringComparison.Ordinal);
        Assert.Contains("Runtime.CreateBuilder()", exception.Message, StringComparison.Ordinal);
        Assert.Contains(registered ? "services" : "KiotoTransportOptions.Runtime", exception.Message, StringComparison.Ordinal);
    });

    [Fact]
    public Task A_runtime_that_has_been_shut_down_is_refused_with_the_remedy() => Bounded.Run(async () =>
    {
        Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).Build();
        runtime.Dispose();
        RuntimeShutdownException exception = await Assert.ThrowsAsync<RuntimeShutdownException>(() => TestServer.StartAsync(
            Transport.Kioto,
            context => context.Response.WriteAsync("ok"),
            kioto: options =>
            {
                options.WorkerThreads = 0;
                options.Runtime = runtime;
            }));
        Assert.Contains("KiotoTransportOptions.Runtime", exception.Message, StringComparison.Ordinal);
    });
}
