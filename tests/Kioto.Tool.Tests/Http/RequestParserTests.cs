using System;
using System.Text;
using Kioto.Tool.Http;

namespace Kioto.Tool.Tests.Http;

public sealed class RequestParserTests
{
    private const string Get = "GET /path?q HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public void A_get_is_complete_with_its_last_byte()
    {
        for (int length = 0; length < Get.Length; length++)
        {
            Assert.Equal(RequestOutcome.Incomplete, Parse(Get[..length]).Outcome);
        }

        Assert.Equal(new Request(RequestOutcome.Complete, Get.Length, 0, RequestMethod.Get, KeepAlive: true), Parse(Get));
    }

    [Fact]
    public void A_request_that_trickles_in_byte_by_byte_is_the_same()
    {
        string request = "\r\n" + Get;
        int scanned = 0;
        for (int length = 1; length < request.Length; length++)
        {
            Assert.Equal(RequestOutcome.Incomplete, RequestParser.Parse(Bytes(request[..length]), ref scanned).Outcome);
            Assert.InRange(scanned, 0, length);
        }

        Request complete = RequestParser.Parse(Bytes(request), ref scanned);
        Assert.Equal(RequestOutcome.Complete, complete.Outcome);
        Assert.Equal(request.Length, complete.HeadLength);
        Assert.Equal(0, scanned);
    }

    [Fact]
    public void Of_pipelined_requests_the_first_is_read() =>
        Assert.Equal(Get.Length, Parse(Get + "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").HeadLength);

    [Theory]
    [InlineData("HEAD / HTTP/1.1", "Head")]
    [InlineData("POST / HTTP/1.1", "Other")]
    [InlineData("get / HTTP/1.1", "Other")]
    [InlineData("GET http://a/ HTTP/1.1", "Get")]
    [InlineData("OPTIONS * HTTP/1.9", "Other")]
    public void Request_lines(string line, string method) =>
        Assert.Equal(method, Parse($"{line}\r\nHost: a\r\n\r\n").Method.ToString());

    [Theory]
    [InlineData("GET /")]
    [InlineData("GET  / HTTP/1.1")]
    [InlineData("GET / HTTP/1.1 ")]
    [InlineData(" GET / HTTP/1.1")]
    [InlineData("GET /a b HTTP/1.1")]
    [InlineData("GET / http/1.1")]
    [InlineData("GET / HTTP/1.10")]
    [InlineData("GET / HTTP/x.1")]
    [InlineData("G\u0001T / HTTP/1.1")]
    [InlineData("GET /\u007f HTTP/1.1")]
    [InlineData("GET /\r HTTP/1.1")]
    [InlineData("nonsense")]
    public void Malformed_request_lines(string line) =>
        Assert.Equal(RequestOutcome.Malformed, Parse($"{line}\r\nHost: a\r\n\r\n").Outcome);

    [Theory]
    [InlineData("Host : a")]
    [InlineData("Host: a\r\n folded")]
    [InlineData("Host: a\r\n: empty")]
    [InlineData("Host: a\r\nno colon")]
    [InlineData("Host: a\r\nX: a\nY: b")]
    [InlineData("Host: a\r\nX: \u0000")]
    [InlineData("Host: a\r\nHost: b")]
    [InlineData("X: no host")]
    [InlineData("Host: a\r\nContent-Length: -1")]
    [InlineData("Host: a\r\nContent-Length: +1")]
    [InlineData("Host: a\r\nContent-Length: 1, 1")]
    [InlineData("Host: a\r\nContent-Length:")]
    [InlineData("Host: a\r\nContent-Length: 1\r\nContent-Length: 2")]
    [InlineData("Host: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked")]
    public void Malformed_headers(string headers) =>
        Assert.Equal(RequestOutcome.Malformed, Parse($"GET / HTTP/1.1\r\n{headers}\r\n\r\n").Outcome);

    [Theory]
    [InlineData("GET / HTTP/1.1\nHost: a\n\n")]
    [InlineData("\nGET /")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\n")]
    public void A_bare_line_feed_is_malformed_at_once(string text) =>
        Assert.Equal(RequestOutcome.Malformed, Parse(text).Outcome);

    [Theory]
    [InlineData("GET / HTTP/2.0\r\nHost: a", "VersionNotSupported")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked", "NotImplemented")]
    [InlineData("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577", "BodyTooLarge")]
    [InlineData("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999", "BodyTooLarge")]
    [InlineData("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576", "Complete")]
    [InlineData("GET / HTTP/1.0", "Complete")]
    public void Others(string head, string outcome) =>
        Assert.Equal(outcome, Parse($"{head}\r\n\r\n").Outcome.ToString());

    [Theory]
    [InlineData("1.1", "", true)]
    [InlineData("1.1", "Connection: close", false)]
    [InlineData("1.1", "connection: Upgrade,  CLOSE", false)]
    [InlineData("1.1", "Connection: keep-alive\r\nConnection: close", false)]
    [InlineData("1.0", "", false)]
    [InlineData("1.0", "Connection: Keep-Alive", true)]
    [InlineData("1.0", "Connection: keep-alive, close", false)]
    public void Whether_the_connection_stays(string version, string header, bool keepAlive)
    {
        string line = header.Length == 0 ? "" : header + "\r\n";
        Assert.Equal(keepAlive, Parse($"GET / HTTP/{version}\r\nHost: a\r\n{line}\r\n").KeepAlive);
    }

    [Fact]
    public void A_body_is_announced_and_may_wait_for_leave()
    {
        Request request = Parse("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 05\r\nExpect: 100-Continue\r\n\r\nhello");
        Assert.Equal(RequestOutcome.Complete, request.Outcome);
        Assert.Equal(5, request.BodyLength);
        Assert.True(request.ExpectsContinue);
    }

    [Fact]
    public void A_head_of_the_limit_is_read_and_a_longer_one_refused()
    {
        string around = "GET / HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n";
        string exact = around.Replace("X: ", "X: " + new string('x', RequestParser.MaxHead - around.Length), StringComparison.Ordinal);
        Assert.Equal(RequestParser.MaxHead, exact.Length);
        Assert.Equal(RequestOutcome.Complete, Parse(exact).Outcome);
        Assert.Equal(RequestOutcome.HeadTooLarge, Parse(exact.Replace("X: ", "X: x", StringComparison.Ordinal)).Outcome);
        Assert.Equal(RequestOutcome.HeadTooLarge, Parse(exact[..^1] + "x").Outcome);
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        Random random = new(17);
        byte[] bytes = new byte[200];
        for (int i = 0; i < 20_000; i++)
        {
            Encoding.ASCII.GetBytes(Get, bytes);
            for (int flips = random.Next(1, 4); flips > 0; flips--)
            {
                bytes[random.Next(Get.Length)] = (byte)"\r\n: \0Aa\t\u007f"[random.Next(9)];
            }

            int scanned = 0;
            Request request = RequestParser.Parse(bytes.AsSpan(0, random.Next(Get.Length + 1)), ref scanned);
            Assert.InRange(request.HeadLength, 0, Get.Length);
        }
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private static Request Parse(string text)
    {
        int scanned = 0;
        return RequestParser.Parse(Bytes(text), ref scanned);
    }
}
