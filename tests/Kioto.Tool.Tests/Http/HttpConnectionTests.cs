using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Kioto.Tool.Http;
using Kioto.Tool.Traffic;
using TcpListener = Kioto.Net.TcpListener;

namespace Kioto.Tool.Tests.Http;

/// <summary>The server over a real connection.</summary>
public sealed class HttpConnectionTests : IDisposable
{
    private readonly Runtime _runtime = Runtime.CreateBuilder().WorkerThreads(1).Build();
    private readonly Socket _client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public HttpConnectionTests()
    {
        using EnterGuard guard = _runtime.Enter();
        TcpListener listener = TcpListener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _client.ReceiveTimeout = 10_000;
        _client.Connect(listener.LocalEndPoint);
        _runtime.Spawn(TcpService.ServeAsync(listener, HttpConnection.Serve));
    }

    public void Dispose()
    {
        _client.Dispose();
        _runtime.Dispose();
    }

    [Fact]
    public void Pipelined_requests_are_answered_in_order_and_the_last_may_close()
    {
        Send("GET / HTTP/1.1\r\nHost: a\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcHEAD / HTTP/1.1\r\nHost: a\r\n\r\n" +
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        Assert.Equal("200 405 200 200", Statuses(ReadToEnd()));
    }

    [Fact]
    public void Many_pipelined_requests_are_all_answered()
    {
        Send(new StringBuilder().Insert(0, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 1000) + "GET / HTTP/1.0\r\n\r\n");
        Assert.Equal(1001, Statuses(ReadToEnd()).Split(' ').Length);
    }

    [Fact]
    public void A_malformed_request_is_refused_after_the_answers_before_it()
    {
        Send("GET / HTTP/1.1\r\nHost: a\r\n\r\nnonsense\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal("200 400", Statuses(ReadToEnd()));
    }

    [Fact]
    public void An_endless_head_is_refused()
    {
        Send("GET / HTTP/1.1\r\nX: " + new string('x', 100_000));
        Assert.Equal("431", Statuses(ReadToEnd()));
    }

    [Fact]
    public void A_body_that_waits_for_leave_gets_it()
    {
        Send("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
        byte[] buffer = new byte[1000];
        Assert.StartsWith("HTTP/1.1 100 ", Encoding.ASCII.GetString(buffer, 0, _client.Receive(buffer)), StringComparison.Ordinal);
        Send("abc");
        Assert.Equal("405", Statuses(ReadToEnd()));
    }

    private static string Statuses(string responses)
    {
        string[] parts = responses.Split("HTTP/1.1 ");
        return string.Join(' ', Array.ConvertAll(parts[1..], part => part[..3]));
    }

    private void Send(string text) => _client.Send(Encoding.ASCII.GetBytes(text));

    private string ReadToEnd()
    {
        StringBuilder all = new();
        byte[] buffer = new byte[64 * 1024];
        while (_client.Receive(buffer) is > 0 and int count)
        {
            all.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        return all.ToString();
    }
}
