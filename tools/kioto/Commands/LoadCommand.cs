using System;
using System.CommandLine;
using System.Text.Json;
using Kioto.Tool.Traffic;
using Spectre.Console;

namespace Kioto.Tool.Commands;

/// <summary><c>kioto load echo|http</c>.</summary>
internal static class LoadCommand
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        Argument<string> protocol = Arguments.Protocol();
        Option<int> port = Arguments.Port(1);
        Option<int> connections = Arguments.Int("--connections", "Each has one message under way.", "C", 1, 60000).Default(64);
        Option<double> seconds = Arguments.Seconds("--seconds", "How long to count, after 0.3 times as long to warm up.").Default(5);
        Option<int> size = Arguments.Int("--size", "Bytes of an echo's message.", "B", 1, 65536).Default(64);
        Option<bool> json = Arguments.Json();
        Command command = new("load", "Loads a server on 127.0.0.1 and reports throughput and latency.")
        {
            protocol, port, connections, seconds, size, json,
        };
        command.SetAction(result =>
        {
            bool http = result.GetRequiredValue(protocol) == "http";
            if (http && result.GetResult(size) is { Implicit: false })
            {
                return Terminal.BadArguments("--size is for echo: what a GET brings is up to the server.");
            }

            return Run(
                new LoadOptions(
                    result.GetRequiredValue(protocol),
                    result.GetValue(port),
                    result.GetValue(connections),
                    result.GetValue(seconds),
                    result.GetValue(size)),
                result.GetValue(json));
        });
        return command;
    }

    private static int Run(LoadOptions options, bool json)
    {
        try
        {
            using Load load = new(options);
            using LiveLine line = new();
            line.Show($"{options.Protocol}, {options.Connections} connection(s): warming up");
            LoadResult result = load.Run(new LiveLoad(line, options));
            line.Clear();
            if (json)
            {
                Console.WriteLine(JsonSerializer.Serialize(result, s_json));
            }
            else
            {
                Write(options, result);
            }

            return 0;
        }
        catch (LoadException e)
        {
            return Terminal.Failed(e.Message);
        }
    }

    private static void Write(LoadOptions options, LoadResult r)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns(
            "protocol", "connections", "rate/s", "mean us", "p50 us", "p99 us", "p99.9 us", "max us");
        table.AddRow(
            options.Protocol, $"{options.Connections}", $"{r.Rate:0}", $"{r.MeanUs:0.0}", $"{r.P50Us:0.0}", $"{r.P99Us:0.0}",
            $"{r.P999Us:0.0}", $"{r.MaxUs:0.0}");
        Terminal.Output.Write(table);
    }
}
