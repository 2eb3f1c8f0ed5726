using System.Linq;
using System.Threading.Tasks;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>gRPC with streaming in both directions.</summary>
public class GrpcTests
{
    private static readonly Marshaller<string> s_text = Marshallers.StringMarshaller;

    private static readonly Method<string, string> s_talk = new(MethodType.DuplexStreaming, "Talker", "Talk", s_text, s_text);

    private static readonly Method<string, string> s_ask = new(MethodType.Unary, "Talker", "Ask", s_text, s_text);

    public static TheoryData<Transport> All => Transports.All;

    [Theory]
    [MemberData(nameof(All))]
    public Task Calls_and_streams_are_answered(Transport transport) => Bounded.Run(async () =>
    {
        await using TestServer server = await TestServer.StartAsync(
            transport,
            handler: null,
            listen: options => options.Protocols = HttpProtocols.Http2,
            configure: builder =>
            {
                builder.Services.AddRouting();
                builder.Services.AddGrpc();
                builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceMethodProvider<Talker>, TalkerMethods>());
            },
            map: app => app.MapGrpcService<Talker>());
        using GrpcChannel channel = GrpcChannel.ForAddress(server.Address);
        CallInvoker invoker = channel.CreateCallInvoker();
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(
            i => invoker.AsyncUnaryCall(s_ask, null, default, $"{i}").ResponseAsync));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}!"), answers);

        using AsyncDuplexStreamingCall<string, string> call = invoker.AsyncDuplexStreamingCall(s_talk, null, default);
        for (int i = 0; i < 100; i++)
        {
            await call.RequestStream.WriteAsync($"{i}");
            Assert.True(await call.ResponseStream.MoveNext(default));
            Assert.Equal($"{i}!", call.ResponseStream.Current);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(default));
    });

    public sealed class Talker;

    public sealed class TalkerMethods : IServiceMethodProvider<Talker>
    {
        public void OnServiceMethodDiscovery(ServiceMethodProviderContext<Talker> context)
        {
            context.AddUnaryMethod(s_ask, [], static (_, request, _) => Task.FromResult(request + "!"));
            context.AddDuplexStreamingMethod(s_talk, [], static async (_, requests, responses, _) =>
            {
                while (await requests.MoveNext(default))
                {
                    await responses.WriteAsync(requests.Current + "!");
                }
            });
        }
    }
}
