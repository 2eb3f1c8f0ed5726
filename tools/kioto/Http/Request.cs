namespace Kioto.Tool.Http;

/// <summary>What the server needs to know of a request.</summary>
/// <param name="Outcome">The rest counts only for a complete one.</param>
/// <param name="HeadLength">Bytes of the request line and the headers, with the line breaks before and behind them.</param>
/// <param name="BodyLength">Bytes that follow.</param>
/// <param name="Method">GET and HEAD are answered.</param>
/// <param name="KeepAlive">Whether another request may follow.</param>
/// <param name="ExpectsContinue">Whether the client waits for leave to send the body.</param>
internal readonly record struct Request(
    RequestOutcome Outcome,
    int HeadLength = 0,
    int BodyLength = 0,
    RequestMethod Method = RequestMethod.Other,
    bool KeepAlive = false,
    bool ExpectsContinue = false);
