using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Kioto.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Kioto.AspNetCore.Tests;

/// <summary>A lack of descriptors is told once a second, and tried again ever more seldom.</summary>
public class AcceptFailureTests
{
    [Fact]
    public void Pauses_grow_up_to_half_a_second_until_a_connection_is_accepted()
    {
        AcceptFailures failures = new();
        Assert.Equal([10, 20, 40, 80, 160, 320, 500, 500], Enumerable.Range(0, 8).Select(_ => failures.Pause().TotalMilliseconds));
        failures.Pass();
        Assert.Equal(10, failures.Pause().TotalMilliseconds);
    }

    [Fact]
    public void One_failure_a_second_is_logged_with_the_number_of_the_others()
    {
        AcceptFailures failures = new();
        Assert.True(failures.IsToBeLogged(5000, out int untold));
        Assert.Equal(0, untold);
        Assert.False(failures.IsToBeLogged(5000, out _));
        Assert.False(failures.IsToBeLogged(5999, out _));
        Assert.True(failures.IsToBeLogged(6000, out untold));
        Assert.Equal(2, untold);
        Assert.True(failures.IsToBeLogged(7000, out untold));
        Assert.Equal(0, untold);
    }

    [Fact]
    public Task A_listener_goes_on_trying() => Bounded.Run(async () =>
    {
        using LogSink logs = new();
        await using TestServer server = await TestServer.StartAsync(Transport.Kioto, context => context.Response.WriteAsync("ok"));
        FailingAcceptor acceptor = new();
        await using KiotoConnectionListener listener = new(
            server.App.Services.GetRequiredService<KiotoTransport>(), acceptor, new CountingPools().Create(), logs.CreateLogger("accepts"));
        long began = Environment.TickCount64;
        Task accepting = listener.AcceptAsync().AsTask();
        await Bounded.Until(() => acceptor.Tries >= 7);
        long seconds = (Environment.TickCount64 - began) / 1000;
        Assert.InRange(logs.Entries.Count(entry => entry.Id.Name == "AcceptFailed"), 1, 1 + seconds);
        await listener.UnbindAsync();
        await accepting;
    });

    private sealed class FailingAcceptor : Acceptor
    {
        private volatile int _tries;
        private volatile bool _isDisposed;

        internal int Tries => _tries;

        internal override EndPoint EndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 0);

        internal override async Future<SocketStream> AcceptAsync()
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            Interlocked.Increment(ref _tries);
            await Kio.YieldNow();
            throw new SocketException((int)SocketError.TooManyOpenSockets);
        }

        public override void Dispose() => _isDisposed = true;
    }
}
