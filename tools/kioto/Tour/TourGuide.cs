using System;
using System.Collections.Generic;
using System.Linq;
using Kioto.Tool.Bench;
using Kioto.Tool.Traffic;
using Spectre.Console;

namespace Kioto.Tool.Tour;

/// <summary>Shows what Kioto does, stage by stage.</summary>
internal sealed class TourGuide(TimeSpan stage, IAnsiConsole console)
{
    private static readonly int[] s_connections = [1, 64, 512];

    public TourResult Run()
    {
        using LiveLine line = new();
        string driver = DriverName();
        console.MarkupLine("[bold]1. An echo server[/], one worker, on a core of its own; 64-byte messages from the other core.");
        console.MarkupLineInterpolated($"   Kioto's I/O driver: [bold]{driver}[/]. Beside it the same server on .NET's sockets.");
        List<EchoFigures> kioto = [];
        List<EchoFigures> dotnet = [];
        using (ServerProcess ours = Start(dotnet: false))
        using (ServerProcess theirs = Start(dotnet: true))
        using (new CpuAffinity(EchoLoad.Processor))
        {
            EchoStage.WarmUp(ours, Options(ours, 64), line);
            EchoStage.WarmUp(theirs, Options(theirs, 64), line);
            foreach (int connections in s_connections)
            {
                kioto.Add(Echo("Kioto", ours, connections, line));
                dotnet.Add(Echo(".NET ", theirs, connections, line));
            }
        }

        console.MarkupLineInterpolated(
            $"[bold]2. Isolation[/]: {Isolation.Closures} closures block, and a task beside them wants to wake every millisecond.");
        double onKioto = Isolation.OnKioto(stage, l => line.Show($"Kioto: worst lateness so far {l.WorstMillis:0.0} ms"));
        Tell(line, $"   Kioto, SpawnBlocking:          at worst {onKioto,8:0.0} ms late");
        double onPool = Isolation.OnThreadPool(stage, l => line.Show($".NET: worst lateness so far {l.WorstMillis:0.0} ms"));
        Tell(line, $"   .NET's thread pool, Task.Run:  at worst {onPool,8:0.0} ms late");
        return new TourResult(driver, kioto, dotnet, onKioto, onPool);
    }

    public static void WriteTable(IAnsiConsole console, TourResult result)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title($"Kioto (driver: {result.Driver}) beside .NET {Environment.Version}");
        table.AddColumns("", "Kioto", ".NET sockets, thread pool");
        foreach ((EchoFigures ours, EchoFigures theirs) in result.Kioto.Zip(result.Dotnet))
        {
            table.AddRow($"echo, {ours.Connections} connection(s)", Cell(ours), Cell(theirs));
        }

        table.AddRow(
            $"{Isolation.Closures} blocked closures: worst lateness",
            $"{result.KiotoWorstLatenessMs:0.0} ms",
            $"{result.ThreadPoolWorstLatenessMs:0.0} ms");
        console.Write(table);
    }

    private static string Cell(EchoFigures f) =>
        $"{f.Load.Rate:0}/s, p50 {f.Load.P50Us:0} us, p99 {f.Load.P99Us:0} us, CPU {f.CpuUsPerMessage:0.0} us a message";

    private static string DriverName()
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).Build();
        return runtime.Handle.DriverName;
    }

    private static ServerProcess Start(bool dotnet) => new(ServerProcess.OfTool(SelfCommand.Create(), dotnet));

    private EchoFigures Echo(string name, ServerProcess server, int connections, LiveLine line)
    {
        EchoFigures figures = EchoStage.Run(name, server, Options(server, connections), line);
        Tell(line, $"   {name}  {connections,3} connection(s): {Cell(figures)}");
        return figures;
    }

    private LoadOptions Options(ServerProcess server, int connections) => new("echo", server.Port, connections, stage.TotalSeconds);

    private void Tell(LiveLine line, string text)
    {
        line.Clear();
        console.WriteLine(text);
    }
}
