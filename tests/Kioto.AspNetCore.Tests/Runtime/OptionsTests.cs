using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>Options that make no sense are refused, by their names.</summary>
public class OptionsTests
{
    [Fact]
    public void Numbers_that_make_no_sense_are_refused()
    {
        KiotoTransportOptions options = new();
        Assert.Throws<ArgumentOutOfRangeException>(() => options.WorkerThreads = -1);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.WorkerThreads = 1025);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.Backlog = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.MaxReadBufferSize = -1);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.MaxWriteBufferSize = -1);
        options.MaxReadBufferSize = 0; // No bound, as with Kestrel's own transport.
        options.MaxWriteBufferSize = 0;
        options.MaxReadBufferSize = null;
        options.MaxWriteBufferSize = null;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Workers_of_a_runtime_that_is_there_already_are_refused(bool registered) => Bounded.Run(async () =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).Build();
        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => TestServer.StartAsync(
            Transport.Kioto,
            context => context.Response.WriteAsync("ok"),
            kioto: options =>
            {
                options.WorkerThreads = 3;
                options.Runtime = registered ? null : runtime;
            },
            configure: builder =>
            {
                if (registered)
                {
                    builder.Services.AddSingleton(runtime);
                }
            }));
        Assert.Contains("WorkerThreads", exception.Message, StringComparison.Ordinal);
        Assert.Contains(registered ? "services" : "KiotoTransportOptions.Runtime", exception.Message, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData(0L)]
    [InlineData(1L)]
    [InlineData(null)]
    public Task Any_bound_of_what_is_written_serves(long? bound) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(
            Transport.Kioto,
            context => context.Response.WriteAsync(new string('a', 100_000)),
            kioto: options => options.MaxWriteBufferSize = bound);
        using RawClient client = server.Connect();
        for (int i = 0; i < 3; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.Equal(100_000, (await client.ReadResponseAsync()).Body.Length);
        }
    });
}
