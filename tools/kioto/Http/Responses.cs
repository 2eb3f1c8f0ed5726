using System;
using System.Globalization;
using System.Text;

namespace Kioto.Tool.Http;

/// <summary>The bytes of all that the server ever says.</summary>
internal static class Responses
{
    private const string Body = "Hello from Kioto!\n";

    // INVARIANT: replaced as a whole by whichever worker first sees that its second is over.
    private static Dated s_dated = new(0);

    public static ReadOnlySpan<byte> Continue => "HTTP/1.1 100 Continue\r\n\r\n"u8;

    /// <summary>The answer to a complete request.</summary>
    public static ReadOnlySpan<byte> To(Request request)
    {
        Dated dated = Now();
        return (request.Method, request.KeepAlive) switch
        {
            (RequestMethod.Get, true) => dated.Get,
            (RequestMethod.Get, false) => dated.GetAndClose,
            (RequestMethod.Head, true) => dated.Head,
            (RequestMethod.Head, false) => dated.HeadAndClose,
            (_, true) => dated.NotAllowed,
            (_, false) => dated.NotAllowedAndClose,
        };
    }

    /// <summary>The answer to what is no request; the connection closes behind it.</summary>
    public static byte[] Refuse(RequestOutcome outcome) => Error(Now().Date, close: true, outcome switch
    {
        RequestOutcome.BodyTooLarge => "413 Content Too Large",
        RequestOutcome.HeadTooLarge => "431 Request Header Fields Too Large",
        RequestOutcome.NotImplemented => "501 Not Implemented",
        RequestOutcome.VersionNotSupported => "505 HTTP Version Not Supported",
        _ => "400 Bad Request",
    });

    private static Dated Now()
    {
        long second = Environment.TickCount64 / 1000;
        Dated dated = s_dated;
        return dated.Second == second ? dated : s_dated = new Dated(second);
    }

    private static byte[] Ok(string date, bool close, bool body) =>
        Encoding.ASCII.GetBytes(Head("200 OK", date, close, Body.Length) + "\r\n" + (body ? Body : ""));

    private static byte[] Error(string date, bool close, string status, string headers = "") =>
        Encoding.ASCII.GetBytes(Head(status, date, close, status.Length + 1) + headers + "\r\n" + status + "\n");

    private static string Head(string status, string date, bool close, int length) =>
        $"HTTP/1.1 {status}\r\nServer: kioto\r\nDate: {date}\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n"
        + (close ? "Connection: close\r\n" : "");

    /// <summary>Responses carry the date in seconds: they are made anew every second, not for every request.</summary>
    private sealed class Dated
    {
        public Dated(long second)
        {
            Second = second;
            Date = DateTime.UtcNow.ToString("r", CultureInfo.InvariantCulture);
            Get = Ok(Date, close: false, body: true);
            GetAndClose = Ok(Date, close: true, body: true);
            Head = Ok(Date, close: false, body: false);
            HeadAndClose = Ok(Date, close: true, body: false);
            NotAllowed = Error(Date, close: false, "405 Method Not Allowed", "Allow: GET, HEAD\r\n");
            NotAllowedAndClose = Error(Date, close: true, "405 Method Not Allowed", "Allow: GET, HEAD\r\n");
        }

        public long Second { get; }

        public string Date { get; }

        public byte[] Get { get; }

        public byte[] GetAndClose { get; }

        public byte[] Head { get; }

        public byte[] HeadAndClose { get; }

        public byte[] NotAllowed { get; }

        public byte[] NotAllowedAndClose { get; }
    }
}
