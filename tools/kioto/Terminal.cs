using System;
using System.Threading;
using Spectre.Console;

namespace Kioto.Tool;

/// <summary>Results go to the standard output, progress and complaints to the standard error.</summary>
internal static class Terminal
{
    /// <summary>The exit code after Ctrl+C, as shells have it.</summary>
    public const int Interrupted = 130;

    private const int WidthOfFiles = 160;

    public static IAnsiConsole Output { get; } = Create(Console.Out, Console.IsOutputRedirected);

    public static IAnsiConsole Error { get; } = Create(Console.Error, Console.IsErrorRedirected);

    /// <summary>The exit code of a command line that makes no sense, after saying why.</summary>
    public static int BadArguments(string why)
    {
        Console.Error.WriteLine($"kioto: {why}");
        return 2;
    }

    /// <summary>The exit code of what went wrong outside of us, after saying what.</summary>
    public static int Failed(string why)
    {
        Console.Error.WriteLine($"kioto: {why}");
        return 1;
    }

    /// <summary>Cancelled by Ctrl+C, once: so that what was started can be ended, and what was found be shown.</summary>
    public static CancellationToken StopAtCtrlC()
    {
        CancellationTokenSource stop = new();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        };
        return stop.Token;
    }

    /// <summary>Runs what takes more than a second and shows what it is at.</summary>
    public static void WithProgress(string first, Action<Action<string>> work)
    {
        if (Console.IsErrorRedirected)
        {
            work(line => Console.Error.WriteLine(line));
            return;
        }

        Error.Status().Start(Markup.Escape(first), context => work(line => context.Status = Markup.Escape(line)));
    }

    private static IAnsiConsole Create(System.IO.TextWriter writer, bool redirected)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (redirected)
        {
            console.Profile.Width = WidthOfFiles;
        }

        return console;
    }
}
