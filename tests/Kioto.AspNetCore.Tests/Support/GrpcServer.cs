using System;
using System.Net.Http;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Kioto.AspNetCore.Tests;

/// <summary>A server with the gRPC service <see cref="Talker"/>, and a client of it.</summary>
internal sealed class GrpcServer : IAsyncDisposable
{
    private readonly GrpcChannel _channel;

    private GrpcServer(TestServer server, HttpMessageHandler handler)
    {
        Server = server;
        Handler = handler;
        string scheme = server.Address.StartsWith("https", StringComparison.Ordinal) ? "https" : "http";
        _channel = GrpcChannel.ForAddress(
            $"{scheme}://127.0.0.1:{server.Port}",
            new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true, MaxReceiveMessageSize = null });
        Client = _channel.CreateCallInvoker();
    }

    internal TestServer Server { get; }

    internal HttpMessageHandler Handler { get; }

    internal CallInvoker Client { get; }

    internal static async Task<GrpcServer> StartAsync(Transport transport, X509Certificate2? certificate = null)
    {
        TestServer server = await TestServer.StartAsync(
            transport,
            handler: null,
            listen: options =>
            {
                options.Protocols = HttpProtocols.Http2;
                if (certificate is not null)
                {
                    options.UseHttps(certificate);
                }
            },
            configure: builder =>
            {
                builder.Services.AddRouting();
                builder.Services.AddGrpc(options => options.MaxReceiveMessageSize = null);
                builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceMethodProvider<Talker>, TalkerMethods>());
            },
            map: app => app.MapGrpcService<Talker>());
        return new GrpcServer(server, new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate?.Subject == "CN=localhost" },
        });
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await Server.DisposeAsync();
    }
}
