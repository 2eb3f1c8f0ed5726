using System;
using System.CommandLine;
using System.Text.Json;
using Kioto.Tool.Bench;
using Kioto.Tool.Tour;
using Kioto.Tool.Traffic;

namespace Kioto.Tool.Commands;

/// <summary><c>kioto tour</c>: the first thing to run.</summary>
internal static class TourCommand
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    public static Command Create()
    {
        Option<double> seconds = Arguments.Seconds("--seconds", "How long each of its eight stages takes.").Default(1.5);
        Option<bool> json = Arguments.Json();
        Command command = new("tour", "Serves real TCP connections and blocks threads, beside .NET, and shows the figures.") { seconds, json };
        command.SetAction(result =>
        {
            bool machine = result.GetValue(json);
            try
            {
                TourGuide guide = new(TimeSpan.FromSeconds(result.GetValue(seconds)), machine ? Terminal.Error : Terminal.Output);
                TourResult found = guide.Run();
                if (machine)
                {
                    Console.WriteLine(JsonSerializer.Serialize(found, s_json));
                }
                else
                {
                    TourGuide.WriteTable(Terminal.Output, found);
                }

                return 0;
            }
            catch (Exception e) when (e is BenchException or LoadException)
            {
                return Terminal.Failed(e.Message);
            }
        });
        return command;
    }
}
