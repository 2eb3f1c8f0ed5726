namespace Kioto.AspNetCore.Tests;

/// <summary>What carries Kestrel's connections.</summary>
public enum Transport
{
    /// <summary>Kestrel's own, on System.Net.Sockets: says what is right.</summary>
    Sockets,

    /// <summary>Kioto, two workers.</summary>
    Kioto,

    /// <summary>Kioto, one worker: nothing may depend on a second one.</summary>
    KiotoOneWorker,

    /// <summary>Kestrel's own, listening on a Unix socket.</summary>
    SocketsUnix,

    /// <summary>Kioto, listening on a Unix socket.</summary>
    KiotoUnix,
}
