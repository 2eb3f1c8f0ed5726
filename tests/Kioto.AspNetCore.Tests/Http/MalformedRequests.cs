using System.Collections.Generic;

namespace Kioto.AspNetCore.Tests;

/// <summary>Raw requests, most of them wrong, with the status that Kestrel answers on its own transport; 0 for none.</summary>
internal static class MalformedRequests
{
    private const string Host = "Host: a\r\n";

    private static readonly string s_long = new('x', 40_000);

    /// <summary>Name, bytes, status. Where the status is 200 the request is right, and its neighbours are not.</summary>
    internal static IEnumerable<(string Name, string Bytes, int Status)> All { get; } =
    [
        ("no such method", "G<T / HTTP/1.1\r\n" + Host + "\r\n", 400),
        ("unknown method", "BREW / HTTP/1.1\r\n" + Host + "\r\n", 200),
        ("lower-case method", "get / HTTP/1.1\r\n" + Host + "\r\n", 200),
        ("no method", " / HTTP/1.1\r\n" + Host + "\r\n", 400),
        ("only a blank", " \r\n\r\n", 400),
        ("no target", "GET  HTTP/1.1\r\n" + Host + "\r\n", 400),
        ("no target, no blank", "GET HTTP/1.1\r\n" + Host + "\r\n", 400),
        ("no version", "GET /\r\n" + Host + "\r\n", 400),
        ("no version after a blank", "GET / \r\n" + Host + "\r\n", 400),
        ("HTTP 0.9", "GET / HTTP/0.9\r\n" + Host + "\r\n", 505),
        ("HTTP 1.2", "GET / HTTP/1.2\r\n" + Host + "\r\n", 505),
        ("HTTP 2.0 in a request line", "GET / HTTP/2.0\r\n" + Host + "\r\n", 505),
        ("HTTP 3.0", "GET / HTTP/3.0\r\n" + Host + "\r\n", 505),
        ("version in lower case", "GET / http/1.1\r\n" + Host + "\r\n", 505),
        ("version of one digit", "GET / HTTP/1\r\n" + Host + "\r\n", 400),
        ("version with a blank behind", "GET / HTTP/1.1 \r\n" + Host + "\r\n", 400),
        ("another protocol", "GET / ICY/1.1\r\n" + Host + "\r\n", 505),
        ("tab for a blank", "GET\t/\tHTTP/1.1\r\n" + Host + "\r\n", 400),
        ("two blanks", "GET / x HTTP/1.1\r\n" + Host + "\r\n", 400),
        ("request line ends in LF", "GET / HTTP/1.1\n" + Host + "\r\n", 200),
        ("CR in the request line", "GET /\rx HTTP/1.1\r\n" + Host + "\r\n", 200),
        ("NUL in the target", "GET /\0 HTTP/1.1\r\n" + Host + "\r\n", 400),
        ("escaped NUL in the target", "GET /%00 HTTP/1.1\r\n" + Host + "\r\n", 400),
        ("byte above 127 in the target", "GET /\u00e9 HTTP/1.1\r\n" + Host + "\r\n", 400),
        ("half an escape", "GET /%2 HTTP/1.1\r\n" + Host + "\r\n", 200),
        ("dots in the target", "GET /a/../../b HTTP/1.1\r\n" + Host + "\r\n", 200),
        ("target without slash", "GET a HTTP/1.1\r\n" + Host + "\r\n", 405),
        ("absolute target", "GET http://a/b HTTP/1.1\r\n" + Host + "\r\n", 200),
        ("absolute target of another host", "GET http://b/ HTTP/1.1\r\n" + Host + "\r\n", 400),
        ("absolute target of no scheme", "GET ://a/ HTTP/1.1\r\n" + Host + "\r\n", 400),
        ("asterisk with GET", "GET * HTTP/1.1\r\n" + Host + "\r\n", 405),
        ("asterisk with OPTIONS", "OPTIONS * HTTP/1.1\r\n" + Host + "\r\n", 200),
        ("CONNECT to a path", "CONNECT / HTTP/1.1\r\n" + Host + "\r\n", 200),
        ("CONNECT to an authority", "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", 200),
        ("GET of an authority", "GET a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", 405),
        ("no host", "GET / HTTP/1.1\r\n\r\n", 400),
        ("no host in HTTP 1.0", "GET / HTTP/1.0\r\n\r\n", 200),
        ("two hosts", "GET / HTTP/1.1\r\n" + Host + Host + "\r\n", 400),
        ("empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 200),
        ("host with a slash", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
        ("host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400),
        ("host with a bad port", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", 400),
        ("host of an open bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400),
        ("host of IPv6", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", 200),
        ("header without colon", "GET / HTTP/1.1\r\n" + Host + "abc\r\n\r\n", 400),
        ("header without name", "GET / HTTP/1.1\r\n" + Host + ": b\r\n\r\n", 400),
        ("blank in a header's name", "GET / HTTP/1.1\r\n" + Host + "a b: c\r\n\r\n", 400),
        ("blank before the colon", "GET / HTTP/1.1\r\n" + Host + "a : b\r\n\r\n", 400),
        ("tab before the colon", "GET / HTTP/1.1\r\n" + Host + "a\t: b\r\n\r\n", 400),
        ("folded header", "GET / HTTP/1.1\r\n" + Host + "a: b\r\n c\r\n\r\n", 400),
        ("folded first header", "GET / HTTP/1.1\r\n " + Host + "\r\n", 400),
        ("header ends in LF", "GET / HTTP/1.1\r\nHost: a\n\r\n", 200),
        ("CR in a header's value", "GET / HTTP/1.1\r\n" + Host + "a: b\rc\r\n\r\n", 400),
        ("NUL in a header's value", "GET / HTTP/1.1\r\n" + Host + "a: b\0c\r\n\r\n", 400),
        ("NUL in a header's name", "GET / HTTP/1.1\r\n" + Host + "a\0: b\r\n\r\n", 400),
        ("byte above 127 in a header's value", "GET / HTTP/1.1\r\n" + Host + "a: \u00ff\r\n\r\n", 400),
        ("byte above 127 in a header's name", "GET / HTTP/1.1\r\n" + Host + "\u00ff: a\r\n\r\n", 400),
        ("empty value", "GET / HTTP/1.1\r\n" + Host + "a:\r\n\r\n", 200),
        ("blanks around a value", "GET / HTTP/1.1\r\n" + Host + "a: \t b \t\r\n\r\n", 200),
        ("end of the head is CR alone", "GET / HTTP/1.1\r\n" + Host + "\rX\n", 400),
        ("length that is no number", "POST / HTTP/1.1\r\n" + Host + "Content-Length: a\r\n\r\n", 400),
        ("negative length", "POST / HTTP/1.1\r\n" + Host + "Content-Length: -1\r\n\r\n", 400),
        ("length with a sign", "POST / HTTP/1.1\r\n" + Host + "Content-Length: +1\r\n\r\na", 200),
        ("two lengths", "POST / HTTP/1.1\r\n" + Host + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na", 400),
        ("list of lengths", "POST / HTTP/1.1\r\n" + Host + "Content-Length: 1, 1\r\n\r\na", 400),
        ("length past 64 bits", "POST / HTTP/1.1\r\n" + Host + "Content-Length: 99999999999999999999\r\n\r\n", 400),
        ("length above the limit", "POST / HTTP/1.1\r\n" + Host + "Content-Length: 99999999999\r\n\r\n", 413),
        ("hexadecimal length", "POST / HTTP/1.1\r\n" + Host + "Content-Length: 0x1\r\n\r\na", 400),
        ("POST without length", "POST / HTTP/1.1\r\n" + Host + "\r\n", 200),
        ("POST without length in HTTP 1.0", "POST / HTTP/1.0\r\n" + Host + "\r\n", 400),
        ("PUT without length in HTTP 1.0", "PUT / HTTP/1.0\r\n" + Host + "\r\n", 400),
        ("length and chunks", "POST / HTTP/1.1\r\n" + Host + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200),
        ("chunks in HTTP 1.0", "POST / HTTP/1.0\r\n" + Host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200),
        ("chunked is not last", "POST / HTTP/1.1\r\n" + Host + "Transfer-Encoding: chunked, gzip\r\n\r\n", 400),
        ("unknown encoding", "POST / HTTP/1.1\r\n" + Host + "Transfer-Encoding: gzip\r\n\r\n", 400),
        ("chunk size that is no number", "POST / HTTP/1.1\r\n" + Host + "Transfer-Encoding: chunked\r\n\r\nz\r\n", 400),
        ("empty chunk size", "POST / HTTP/1.1\r\n" + Host + "Transfer-Encoding: chunked\r\n\r\n\r\n\r\n", 400),
        ("negative chunk size", "POST / HTTP/1.1\r\n" + Host + "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n", 400),
        ("chunk size past 32 bits", "POST / HTTP/1.1\r\n" + Host + "Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n", 500),
        ("chunk longer than its size", "POST / HTTP/1.1\r\n" + Host + "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n", 400),
        ("chunk size ends in LF", "POST / HTTP/1.1\r\n" + Host + "Transfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n", 400),
        ("bad trailer", "POST / HTTP/1.1\r\n" + Host + "Transfer-Encoding: chunked\r\n\r\n0\r\nabc\r\n\r\n", 400),
        ("unknown expectation", "POST / HTTP/1.1\r\n" + Host + "Expect: miracle\r\nContent-Length: 0\r\n\r\n", 200),
        ("request line too long", "GET /" + s_long + " HTTP/1.1\r\n" + Host + "\r\n", 414),
        ("header too long", "GET / HTTP/1.1\r\n" + Host + "a: " + s_long + "\r\n\r\n", 431),
        ("too many headers", "GET / HTTP/1.1\r\n" + Host + string.Concat(System.Linq.Enumerable.Repeat("a: b\r\n", 200)) + "\r\n", 431),
        ("a TLS hello", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003\r\n\r\n", 400),
        ("HTTP/2 preface on HTTP/1", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0),
        ("empty lines first", "\r\n\r\nGET / HTTP/1.1\r\n" + Host + "\r\n", 200),
        ("upgrade to nothing", "GET / HTTP/1.1\r\n" + Host + "Connection: Upgrade\r\nUpgrade: nothing\r\n\r\n", 200),
        ("close and keep-alive", "GET / HTTP/1.1\r\n" + Host + "Connection: keep-alive, close\r\n\r\n", 200),
        ("keep-alive in HTTP 1.0", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200),
    ];

    /// <summary>Heads that end in the middle: the client sends no more after them.</summary>
    internal static IEnumerable<string> Cut { get; } =
    [
        "", "G", "GET", "GET / HTTP/1.1", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost", "GET / HTTP/1.1\r\nHost: a\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\r",
    ];

    /// <summary>Bodies that end in the middle.</summary>
    internal static IEnumerable<string> CutBodies { get; } =
    [
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    ];
}
