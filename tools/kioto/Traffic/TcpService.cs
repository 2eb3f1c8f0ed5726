using System;
using System.IO;
using Kioto.Net;

namespace Kioto.Tool.Traffic;

/// <summary>Accepts connections and gives each a task of its own.</summary>
internal static class TcpService
{
    private static readonly TimeSpan s_breath = TimeSpan.FromMilliseconds(50);

    /// <summary>Serves until the task is aborted.</summary>
    /// <param name="listener">The listener; disposed at the end.</param>
    /// <param name="serve">Serves one connection. What it throws ends that connection only.</param>
    public static async Future ServeAsync(TcpListener listener, Func<TcpStream, Future> serve)
    {
        using TcpListener owned = listener;
        while (true)
        {
            try
            {
                TcpStream stream = await listener.AcceptAsync();
                Kio.Detach(ServeOne(stream, serve));
                continue;
            }
            catch (Exception e) when (IsConnectionError(e))
            {
                await Console.Error.WriteLineAsync($"kioto: accept: {e.Message}");
            }

            // Out of files, most likely: others must close theirs first.
            await Kio.Sleep(s_breath);
        }
    }

    /// <summary>Whether an exception is about the network, not about us.</summary>
    public static bool IsConnectionError(Exception e) => e is IOException or System.Net.Sockets.SocketException;

    private static async Future ServeOne(TcpStream stream, Func<TcpStream, Future> serve)
    {
        using TcpStream owned = stream;
        try
        {
            stream.NoDelay = true;
            await serve(stream);
        }
        catch (Exception e) when (IsConnectionError(e))
        {
            // The peer went away: its connection ends, and nobody else's.
        }
    }
}
