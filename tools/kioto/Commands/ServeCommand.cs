using System;
using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Kioto.Tool.Http;
using Kioto.Tool.Traffic;
using TcpListener = Kioto.Net.TcpListener;

namespace Kioto.Tool.Commands;

/// <summary><c>kioto serve echo|http</c>, and the hidden <c>serve-dotnet echo</c> that it is compared with.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        Argument<string> protocol = Arguments.Protocol();
        Option<int> port = Arguments.Port(0);
        Option<int> workers = Workers();
        Option<bool> json = Arguments.Json();
        Command command = new("serve", "Serves on 127.0.0.1 until it is stopped. Port 0 takes a free one.") { protocol, port, workers, json };
        command.SetAction(result => Run(
            result.GetRequiredValue(protocol), result.GetValue(port), result.GetValue(workers), result.GetValue(json)));
        return command;
    }

    public static Command CreateDotnet()
    {
        Argument<string> protocol = new Argument<string>("protocol").AcceptOnlyFromAmong("echo");
        Option<int> port = Arguments.Port(0);
        Option<int> workers = Workers();
        Command command = new("serve-dotnet", "The same on .NET's sockets.") { protocol, port, workers };
        command.Hidden = true;
        command.SetAction(result => RunDotnet(result.GetValue(port), result.GetValue(workers)));
        return command;
    }

    private static Option<int> Workers() =>
        Arguments.Int("--workers", "Worker threads.", "N", 1, 1024).Default(Environment.ProcessorCount);

    private static int Run(string protocol, int port, int workers, bool json)
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(workers).Build();
        TcpListener listener;
        try
        {
            using EnterGuard guard = runtime.Enter();
            listener = TcpListener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        }
        catch (SocketException e)
        {
            return Terminal.Failed(e.Message);
        }

        string driver = runtime.Handle.DriverName;
        int bound = listener.LocalEndPoint.Port;
        Announce(protocol, bound, workers, driver, json);
        runtime.BlockOn(runtime.Spawn(TcpService.ServeAsync(
            listener, protocol == "http" ? HttpConnection.Serve : EchoServer.Serve)).AsFuture());
        return 0;
    }

    private static int RunDotnet(int port, int workers)
    {
        DotnetEchoServer.LimitPool(workers);
        try
        {
            using Socket listener = DotnetEchoServer.Listen(port);
            Announce("echo", ((IPEndPoint)listener.LocalEndPoint!).Port, workers, "System.Net.Sockets", json: false);
            DotnetEchoServer.ServeAsync(listener).GetAwaiter().GetResult();
        }
        catch (SocketException e)
        {
            return Terminal.Failed(e.Message);
        }

        return 0;
    }

    /// <summary>The first line on the standard output is for scripts: they learn the port from it.</summary>
    private static void Announce(string protocol, int port, int workers, string driver, bool json)
    {
        Console.WriteLine(json ? JsonSerializer.Serialize(new { protocol, port, workers, driver }) : $"listening {port}");
        Console.Error.WriteLine(
            $"serving {protocol} on 127.0.0.1:{port} with {workers} worker(s), driver {driver}; Ctrl+C stops it");
    }
}
