using System;
using System.IO;
using System.Threading;

namespace Kioto.Tool.Tests;

/// <summary>Runs the tool's command line in this process, and catches what it prints.</summary>
internal static class InProcess
{
    // The console is the process's.
    private static readonly Lock s_console = new();

    internal static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        lock (s_console)
        {
            (TextWriter output, TextWriter error) = (Console.Out, Console.Error);
            using StringWriter newOutput = new();
            using StringWriter newError = new();
            Console.SetOut(newOutput);
            Console.SetError(newError);
            try
            {
                return (CommandLine.Run(arguments), newOutput.ToString(), newError.ToString());
            }
            finally
            {
                Console.SetOut(output);
                Console.SetError(error);
            }
        }
    }
}
