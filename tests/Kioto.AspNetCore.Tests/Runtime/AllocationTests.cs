#if !DEBUG // In Debug state machines are classes.
using System;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>A request allocates no more than on Kestrel's own transport.</summary>
public class AllocationTests
{
    /// <summary>With a logger that keeps scopes, as the console's does, and without.</summary>
    /// <remarks>
    /// .NET copies a context's values at each change of one. The runtime is one value more (16 bytes), and the hosting
    /// layer changes its scope and its activity four times a request.
    /// </remarks>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_request_allocates_no_more_than_on_sockets(bool scopes) => Bounded.Run(async () =>
    {
        double sockets = await BytesPerRequest(Transport.Sockets, scopes, withinOf: 0, rounds: 5);
        foreach (Transport transport in new[] { Transport.KiotoOneWorker, Transport.Kioto })
        {
            double most = sockets + (scopes ? 4 * 16 : 0) + 4;
            double kioto = await BytesPerRequest(transport, scopes, withinOf: most, rounds: 60);
            Assert.True(kioto <= most, string.Create(
                CultureInfo.InvariantCulture, $"{transport}: {kioto:F1} bytes were allocated per request, {sockets:F1} on sockets."));
        }
    });

    private static async Task<double> BytesPerRequest(Transport transport, bool scopes, double withinOf, int rounds)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        if (scopes)
        {
            builder.Logging.AddProvider(new ScopedLogs());
        }

        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        if (transport != Transport.Sockets)
        {
            builder.WebHost.UseKioto(options => options.WorkerThreads = transport == Transport.KiotoOneWorker ? 1 : 2);
        }

        await using WebApplication app = builder.Build();
        app.Run(static context =>
        {
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });
        await app.StartAsync();
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, new Uri(address).Port);
        byte[] buffer = new byte[4096];
        Exchange(socket, buffer, 8000);

        // Code that is not optimized yet boxes (32 bytes a request), and .NET's own helpers allocate now and then: rounds
        // go on until it is steady.
        const int Requests = 2000;
        double best = double.MaxValue;
        for (int round = 0; round < rounds && best > withinOf; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            Exchange(socket, buffer, Requests);
            best = Math.Min(best, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Requests);
        }

        await app.StopAsync();
        return best;
    }

    private static void Exchange(Socket socket, byte[] buffer, int requests)
    {
        for (int i = 0; i < requests; i++)
        {
            socket.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8);
            int count = 0;
            while (!buffer.AsSpan(0, count).EndsWith("\r\n\r\n"u8))
            {
                count += socket.Receive(buffer, count, buffer.Length - count, SocketFlags.None);
            }
        }
    }
}
#endif
