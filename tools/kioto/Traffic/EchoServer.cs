using System;
using Kioto.Net;

namespace Kioto.Tool.Traffic;

/// <summary>The plainest echo server one writes on Kioto.</summary>
internal static class EchoServer
{
    /// <summary>Sends back what comes until the client closes.</summary>
    public static async Future Serve(TcpStream stream)
    {
        byte[] buffer = new byte[4096];
        while (await stream.ReadAsync(buffer) is > 0 and int count)
        {
            await stream.WriteAllAsync(buffer.AsMemory(0, count));
        }
    }
}
