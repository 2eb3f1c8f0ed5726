using System;
using System.CommandLine;
using System.Linq;
using Kioto.Tool.Commands;

namespace Kioto.Tool;

/// <summary>All commands, and what becomes of a line that is none.</summary>
internal static class CommandLine
{
    public static int Run(string[] arguments)
    {
        RootCommand root = new("Kioto is Tokio for .NET. This tool lets you watch it serve, and measures it.")
        {
            TourCommand.Create(),
            ServeCommand.Create(),
            ServeCommand.CreateDotnet(),
            LoadCommand.Create(),
            BenchCommand.Create(),
            BenchPeerCommand.Create(),
        };
        ParseResult result = root.Parse(arguments);
        return result.Errors.Count > 0
            ? Terminal.BadArguments(string.Join(Environment.NewLine, result.Errors.Select(e => e.Message)))
            : result.Invoke();
    }
}
