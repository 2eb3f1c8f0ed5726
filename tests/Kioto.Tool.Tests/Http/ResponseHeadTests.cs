using System.Text;
using Kioto.Tool.Http;
using Kioto.Tool.Traffic;

namespace Kioto.Tool.Tests.Http;

public sealed class ResponseHeadTests
{
    [Fact]
    public void Length_counts_head_and_body()
    {
        string head = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n";
        Assert.False(ResponseHead.TryGetLength(Encoding.ASCII.GetBytes(head[..^1]), out _));
        Assert.True(ResponseHead.TryGetLength(Encoding.ASCII.GetBytes(head), out int length));
        Assert.Equal(head.Length + 3, length);
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "404")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", "Content-Length")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "malformed")]
    public void What_a_load_cannot_use_is_an_error(string head, string why)
    {
        LoadException e = Assert.Throws<LoadException>(() => ResponseHead.TryGetLength(Encoding.ASCII.GetBytes(head), out _));
        Assert.Contains(why, e.Message, System.StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", 200)]
    [InlineData("POST", 405)]
    public void Responses_announce_the_length_of_their_body(string method, int status)
    {
        int scanned = 0;
        Request request = RequestParser.Parse(Encoding.ASCII.GetBytes($"{method} / HTTP/1.1\r\nHost: a\r\n\r\n"), ref scanned);
        string response = Encoding.ASCII.GetString(Responses.To(request));
        string body = response[(response.IndexOf("\r\n\r\n", System.StringComparison.Ordinal) + 4)..];
        Assert.StartsWith($"HTTP/1.1 {status} ", response, System.StringComparison.Ordinal);
        Assert.Contains($"\r\nContent-Length: {body.Length}\r\n", response, System.StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_closes_the_connection() => Assert.Contains(
        "\r\nConnection: close\r\n",
        Encoding.ASCII.GetString(Responses.Refuse(RequestOutcome.HeadTooLarge)),
        System.StringComparison.Ordinal);
}
