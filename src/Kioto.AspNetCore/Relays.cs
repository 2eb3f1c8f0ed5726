using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Kioto.AspNetCore;

/// <summary>Finds the connections whose requests the server starts on the thread pool, each of them: those of HTTP/2.</summary>
internal static class Relays
{
    // Streams of a client have odd numbers. The first ones find the connection, the others are spared the search.
    private const int LastToSearch = 31;

    /// <summary>A request begins elsewhere than on a worker.</summary>
    /// <param name="features">Its features.</param>
    internal static void Note(IFeatureCollection features)
    {
        if (features is IHttp2StreamIdFeature { StreamId: <= LastToSearch })
        {
            features.Get<KiotoConnection>()?.Relay();
        }
    }
}
