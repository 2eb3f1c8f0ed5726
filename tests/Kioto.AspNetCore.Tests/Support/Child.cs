using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;

namespace Kioto.AspNetCore.Tests;

/// <summary>A program of Kioto.AspNetCore.Tests.Child that runs.</summary>
internal sealed class Child : IDisposable
{
    private const string Tests = "Kioto.AspNetCore.Tests";

    private readonly Process _process;

    internal Child(params IEnumerable<string> arguments)
    {
        string folder = AppContext.BaseDirectory.Replace(
            $"{Path.DirectorySeparatorChar}{Tests}{Path.DirectorySeparatorChar}",
            $"{Path.DirectorySeparatorChar}{Tests}.Child{Path.DirectorySeparatorChar}",
            StringComparison.Ordinal);
        _process = Process.Start(new ProcessStartInfo("dotnet", ["exec", Path.Combine(folder, $"{Tests}.Child.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Errors = _process.StandardError.ReadToEndAsync();
    }

    internal StreamWriter Input => _process.StandardInput;

    internal StreamReader Output => _process.StandardOutput;

    internal Task<string> Errors { get; }

    internal async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
