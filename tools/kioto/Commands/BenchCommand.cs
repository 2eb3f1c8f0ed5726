using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using Kioto.Tool.Bench;
using Spectre.Console;

namespace Kioto.Tool.Commands;

/// <summary><c>kioto bench</c>: Kioto beside its peers, measured in turn.</summary>
internal static class BenchCommand
{
    private const string Nobody = "none";

    private static readonly string[] s_peers = ["dotnet", "tokio", "c"];

    public static Command Create()
    {
        Option<Regex?> only = new("--only")
        {
            Description = "Only benchmarks whose name this regular expression finds, of\n" + Names(Catalog.All),
            HelpName = "REGEX",
            CustomParser = argument =>
            {
                try
                {
                    return new Regex(argument.Tokens[0].Value);
                }
                catch (ArgumentException e)
                {
                    argument.AddError($"--only: {e.Message}");
                    return null;
                }
            },
        };
        Option<bool> quick = new("--quick") { Description = "Fewer repetitions: a handful of rows in under 30 s." };
        Option<FileInfo?> json = new("--json") { Description = "Also write the results to this file, as JSON.", HelpName = "FILE" };
        Option<FileInfo?> markdown = new("--markdown")
        {
            Description = "Also write the tables to this file, as Markdown, with the date and the machine.",
            HelpName = "FILE",
        };
        Option<FileInfo?> chart = new("--chart") { Description = "Also draw the results into this PNG file.", HelpName = "FILE" };
        Option<string[]> peers = new("--peers")
        {
            Description = $"Whom to measure beside Kioto, separated by commas; or {Nobody}.",
            HelpName = string.Join(',', s_peers),
            DefaultValueFactory = _ => s_peers,
            CustomParser = argument =>
            {
                const StringSplitOptions Words = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
                string text = argument.Tokens[0].Value;
                string[] names = text.Split(',', Words);
                if (names.Length == 0)
                {
                    argument.AddError($"--peers: \"{text}\" names none of {string.Join(", ", s_peers)}.");
                }

                if (names is [Nobody])
                {
                    return [];
                }

                foreach (string name in names.Except(s_peers))
                {
                    argument.AddError($"--peers: \"{name}\" is none of {string.Join(", ", s_peers)}.");
                }

                return names;
            },
        };
        Option<string?> baseline = new("--baseline")
        {
            Description = "Also build this git revision of the project and alternate with it.",
            HelpName = "REV",
        };
        Option<bool> list = new("--list") { Description = "Name the benchmarks and end." };
        Command command = new("bench", "Measures Kioto beside .NET's thread pool, Tokio and C.")
        {
            only, quick, json, markdown, chart, peers, baseline, list,
        };
        command.SetAction(result =>
        {
            IReadOnlyList<BenchSpec> benches = Catalog.Matching(result.GetValue(only));
            if (benches.Count == 0)
            {
                return Terminal.BadArguments("--only finds none of the benchmarks; --list names them.");
            }

            if (result.GetValue(list))
            {
                Console.WriteLine(Names(benches));
                return 0;
            }

            // What would only be noticed when all is measured.
            BenchFiles files = new(result.GetValue(json), result.GetValue(markdown), result.GetValue(chart));
            if (files.WhyNotWritable() is { } why)
            {
                return Terminal.BadArguments(why);
            }

            string? commit = null;
            if (result.GetValue(baseline) is { } revision)
            {
                try
                {
                    commit = BaselineBuild.Resolve(Repository.Root, revision);
                }
                catch (BenchException e)
                {
                    return Terminal.BadArguments($"--baseline: {e.Message}");
                }
            }

            bool isQuick = result.GetValue(quick);
            return Run(
                isQuick ? [.. benches.Select(b => b.Quick)] : benches,
                isQuick ? BenchPlan.Quick : BenchPlan.Full,
                result.GetValue(peers)!,
                commit,
                files);
        });
        return command;
    }

    private static string Names(IEnumerable<BenchSpec> benches) =>
        string.Join('\n', benches.Select(b => $"  {b.Name,-30} {b.What}"));

    private static int Run(
        IReadOnlyList<BenchSpec> benches,
        BenchPlan plan,
        string[] peers,
        string? baseline,
        BenchFiles files)
    {
        string? warning = MachineLoad.Warning();
        CancellationToken stop = Terminal.StopAtCtrlC();
        List<BenchRow> rows = [];
        List<(string Peer, string Why)> missing = [];
        Terminal.WithProgress("starting the peers", progress =>
        {
            using Lineup lineup = Lineup.Assemble(benches, peers, baseline, plan, Repository.Root, progress);
            missing.AddRange(lineup.Missing);
            Runner runner = new(
                plan,
                lineup.Contenders,
                what => progress($"[{rows.Count + 1}/{benches.Count}] {what}"),
                TimeProvider.System);
            foreach (BenchSpec spec in benches)
            {
                BenchRow row = runner.Measure(spec, stop);
                if (stop.IsCancellationRequested)
                {
                    break;
                }

                rows.Add(row);
            }
        });

        IAnsiConsole console = Terminal.Output;
        foreach ((string peer, string why) in missing)
        {
            console.MarkupLineInterpolated($"[yellow]{peer} is missing: {why}[/]");
        }

        TableReport.Write(console, rows);
        if (warning is not null)
        {
            console.MarkupLineInterpolated($"[yellow]{warning}[/]");
        }

        try
        {
            files.Write(rows, warning);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Terminal.Failed(e.Message);
        }

        return stop.IsCancellationRequested ? Terminal.Interrupted : rows.Any(row => row["kioto"] is not null) ? 0 : 1;
    }
}
