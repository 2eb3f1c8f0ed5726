using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tool.Traffic;

/// <summary>The same server on .NET's sockets and thread pool, as one writes it today.</summary>
internal static class DotnetEchoServer
{
    public static async Task ServeAsync(Socket listener)
    {
        while (true)
        {
            Socket socket = await listener.AcceptAsync();
            socket.NoDelay = true;
            _ = ServeOne(socket);
        }
    }

    /// <summary>Listens on this machine, with the backlog of Kioto's listener.</summary>
    public static Socket Listen(int port)
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(1024);
        return listener;
    }

    /// <summary>Holds the pool to so many threads, where it lets itself be held.</summary>
    public static void LimitPool(int workers)
    {
        ThreadPool.SetMinThreads(1, 1);
        ThreadPool.SetMaxThreads(workers, Math.Max(workers, 1));
        ThreadPool.SetMinThreads(workers, 1);
    }

    private static async Task ServeOne(Socket socket)
    {
        using Socket owned = socket;
        byte[] buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, SocketFlags.None) is > 0 and int count)
            {
                for (int sent = 0; sent < count;)
                {
                    sent += await socket.SendAsync(buffer.AsMemory(sent, count - sent), SocketFlags.None);
                }
            }
        }
        catch (SocketException)
        {
            // The peer went away.
        }
    }
}
