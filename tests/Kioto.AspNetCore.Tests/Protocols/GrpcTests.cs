using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Grpc.Core;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>gRPC in all its forms.</summary>
public class GrpcTests
{
    public static TheoryData<Transport> All => Transports.All;

    public static TheoryData<Transport> Kioto => Transports.Kioto;

    [Theory]
    [MemberData(nameof(All))]
    public Task Calls_are_answered_many_at_a_time(Transport transport) => Bounded.Run(async () =>
    {
        await using GrpcServer server = await GrpcServer.StartAsync(transport);
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => AskAsync(server, $"{i}")));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}!"), answers);
        RpcException failed = await Assert.ThrowsAsync<RpcException>(() => AskAsync(server, "fail"));
        Assert.Equal((StatusCode.NotFound, "asked for"), (failed.StatusCode, failed.Status.Detail));
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_client_streams(Transport transport) => Bounded.Run(async () =>
    {
        await using GrpcServer server = await GrpcServer.StartAsync(transport);
        using AsyncClientStreamingCall<string, string> call = server.Client.AsyncClientStreamingCall(Talker.Collect, null, default);
        for (int i = 0; i < 1000; i++)
        {
            await call.RequestStream.WriteAsync($"{i},");
        }

        await call.RequestStream.CompleteAsync();
        Assert.Equal(string.Concat(Enumerable.Range(0, 1000).Select(i => $"{i},")), await call.ResponseAsync);
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_server_streams(Transport transport) => Bounded.Run(async () =>
    {
        await using GrpcServer server = await GrpcServer.StartAsync(transport);
        using AsyncServerStreamingCall<string> call = server.Client.AsyncServerStreamingCall(Talker.Count, null, default, "1000");
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(await call.ResponseStream.MoveNext(default));
            Assert.Equal($"{i}", call.ResponseStream.Current);
        }

        Assert.False(await call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task Both_talk_one_message_at_a_time(Transport transport) => Bounded.Run(async () =>
    {
        await using GrpcServer server = await GrpcServer.StartAsync(transport);
        using AsyncDuplexStreamingCall<string, string> call = server.Client.AsyncDuplexStreamingCall(Talker.Talk, null, default);
        for (int i = 0; i < 100; i++)
        {
            await call.RequestStream.WriteAsync($"{i}");
            Assert.True(await call.ResponseStream.MoveNext(default));
            Assert.Equal($"{i}!", call.ResponseStream.Current);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(default));
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task Many_talk_both_ways_at_once(Transport transport) => Bounded.Run(async () =>
    {
        await using GrpcServer server = await GrpcServer.StartAsync(transport);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
        {
            using AsyncDuplexStreamingCall<string, string> call = server.Client.AsyncDuplexStreamingCall(Talker.Talk, null, default);
            Task writing = Task.Run(async () =>
            {
                for (int i = 0; i < 500; i++)
                {
                    await call.RequestStream.WriteAsync($"{i}");
                }

                await call.RequestStream.CompleteAsync();
            });
            for (int i = 0; i < 500; i++)
            {
                Assert.True(await call.ResponseStream.MoveNext(default));
                Assert.Equal($"{i}!", call.ResponseStream.Current);
            }

            Assert.False(await call.ResponseStream.MoveNext(default));
            await writing;
        }));
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_call_that_is_cancelled_ends_on_the_server(Transport transport) => Bounded.Run(async () =>
    {
        await using GrpcServer server = await GrpcServer.StartAsync(transport);
        using CancellationTokenSource source = new();
        Task<string> waiting = server.Client.AsyncUnaryCall(
            Talker.Wait, null, new CallOptions(cancellationToken: source.Token), "").ResponseAsync;
        await Bounded.Until(() => Talker.Waiting == 1);
        await source.CancelAsync();
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => waiting)).StatusCode);
        await Bounded.Until(() => Talker.Waiting == 0);
        Assert.Equal("still!", await AskAsync(server, "still"));
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task A_deadline_ends_a_call_on_both_sides(Transport transport) => Bounded.Run(async () =>
    {
        await using GrpcServer server = await GrpcServer.StartAsync(transport);
        await AskAsync(server, "connect first");
        Task<string> waiting = server.Client.AsyncUnaryCall(
            Talker.Wait, null, new CallOptions(deadline: DateTime.UtcNow.AddMilliseconds(300)), "").ResponseAsync;
        Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => waiting)).StatusCode);
        await Bounded.Until(() => Talker.Waiting == 0);
        Assert.Equal("still!", await AskAsync(server, "still"));
    });

    [Theory]
    [MemberData(nameof(All))]
    public Task Large_messages_go_over_TLS(Transport transport) => Bounded.Run(async () =>
    {
        using var certificate = Certificates.ForLocalhost();
        await using GrpcServer server = await GrpcServer.StartAsync(transport, certificate);
        string large = new('x', 6_000_000); // Above gRPC's own limit, above all windows and bounds of pipes.
        Assert.Equal(large + "!", await AskAsync(server, large));
        using AsyncDuplexStreamingCall<string, string> call = server.Client.AsyncDuplexStreamingCall(Talker.Talk, null, default);
        for (int i = 0; i < 3; i++)
        {
            await call.RequestStream.WriteAsync(large);
            Assert.True(await call.ResponseStream.MoveNext(default));
            Assert.Equal(large.Length + 1, call.ResponseStream.Current.Length);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(default));
    });

    [Theory]
    [MemberData(nameof(Kioto))]
    public Task The_verbs_work_in_methods(Transport transport) => Bounded.Run(async () =>
    {
        await using GrpcServer server = await GrpcServer.StartAsync(transport);
        using AsyncDuplexStreamingCall<string, string> call = server.Client.AsyncDuplexStreamingCall(Talker.Work, null, default);
        for (int i = 0; i < 20; i++)
        {
            await call.RequestStream.WriteAsync($"{i}");
        }

        await call.RequestStream.CompleteAsync();
        for (int i = 0; i < 20; i++)
        {
            Assert.True(await call.ResponseStream.MoveNext(default));
            Assert.Equal($"{i}!?", call.ResponseStream.Current);
        }

        Assert.False(await call.ResponseStream.MoveNext(default));
    });

    private static Task<string> AskAsync(GrpcServer server, string text) =>
        server.Client.AsyncUnaryCall(Talker.Ask, null, default, text).ResponseAsync;
}
