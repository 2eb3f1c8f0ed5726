using System;
using System.IO;
using System.Net;
using System.Threading;
using Kioto.Net;

namespace Kioto.AspNetCore;

/// <summary>Accepts connections of a Unix socket.</summary>
/// <param name="listener">The listener.</param>
/// <param name="file">The file that binding has made, and which goes with the listener, as with Kestrel's own transport; null for none.</param>
internal sealed class UnixAcceptor(UnixListener listener, string? file) : Acceptor
{
    private string? _file = file;

    // Kept: it is asked for after the listener's end too.
    internal override EndPoint EndPoint { get; } = listener.LocalEndPoint;

    internal override async Future<SocketStream> AcceptAsync() => await listener.AcceptAsync();

    public override void Dispose()
    {
        listener.Dispose();

        // Once: afterwards it may be the next server's.
        if (Interlocked.Exchange(ref _file, null) is { } path)
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The directory has become read-only, or somebody else's: the file stays behind.
            }
        }
    }
}
