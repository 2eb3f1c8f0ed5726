using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;

namespace Kioto.Tests;

/// <summary>Runs a program of Kioto.Tests.Child to its end.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    internal static (int ExitCode, string Output, string Errors) Run(string program)
    {
        string path = AppContext.BaseDirectory.Replace(
            $"{Path.DirectorySeparatorChar}Kioto.Tests{Path.DirectorySeparatorChar}",
            $"{Path.DirectorySeparatorChar}Kioto.Tests.Child{Path.DirectorySeparatorChar}",
            StringComparison.Ordinal);
        ProcessStartInfo start = new("dotnet", ["exec", Path.Combine(path, "Kioto.Tests.Child.dll"), program])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_limit))
        {
            process.Kill();
            Assert.Fail($"The program {program} did not end.");
        }

        return (process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }
}
