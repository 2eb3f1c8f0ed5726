using System;
using System.Net.Http;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Kioto.AspNetCore.Tests.Child;

/// <summary>A server on a machine whose kernel has no IPv6.</summary>
internal static class WithoutIPv6
{
    internal static async Task<int> Serve(bool kioto)
    {
        SystemCalls.RefuseIPv6();
        foreach (Action<KestrelServerOptions> listen in new Action<KestrelServerOptions>[]
        {
            static options => options.ListenAnyIP(0), static options => options.ListenLocalhost(FreePort()),
        })
        {
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(listen);
            if (kioto)
            {
                builder.WebHost.UseKioto();
            }

            await using WebApplication app = builder.Build();
            app.MapGet("/", () => "hello");
            await app.StartAsync();
            using HttpClient client = new();
            foreach (string address in app.Urls)
            {
                Uri uri = new(address.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal));
                await Console.Out.WriteLineAsync(
                    $"{uri.Host} {await client.GetStringAsync(new UriBuilder("http", "127.0.0.1", uri.Port).Uri)}");
            }

            await app.StopAsync();
        }

        return 0;
    }

    private static int FreePort()
    {
        using System.Net.Sockets.TcpListener probe = new(System.Net.IPAddress.Loopback, 0);
        probe.Start();
        return ((System.Net.IPEndPoint)probe.LocalEndpoint).Port;
    }
}
