namespace Kioto.Samples.KestrelApi;

/// <summary>What carries the server's connections.</summary>
internal enum Transport
{
    /// <summary>A Kioto runtime: the one line.</summary>
    Kioto,

    /// <summary>Kestrel's own.</summary>
    Sockets,

    /// <summary>Kestrel's own, told to run everything where its sockets complete.</summary>
    Inline,
}
