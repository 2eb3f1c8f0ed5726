namespace Kioto.Tool.Bench;

/// <summary>What loads a web server.</summary>
internal enum HttpClientKind
{
    /// <summary>wrk: HTTP/1.1.</summary>
    Wrk,

    /// <summary>h2load: HTTP/2 without TLS.</summary>
    H2Load,

    /// <summary>The C client: an echo over WebSockets.</summary>
    WebSocket,
}
