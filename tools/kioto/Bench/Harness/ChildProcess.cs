using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tool.Bench;

/// <summary>A running child: lines in, lines out, and what it last complained about.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int KeptComplaints = 8;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _complaints = new();

    public ChildProcess(ChildCommand command)
    {
        try
        {
            _process = command.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new BenchException($"{command.File} does not start: {e.Message}");
        }

        _process.ErrorDataReceived += (_, e) =>
        {
            if (!string.IsNullOrWhiteSpace(e.Data))
            {
                _complaints.Enqueue(e.Data);
                if (_complaints.Count > KeptComplaints)
                {
                    _complaints.TryDequeue(out string? _);
                }
            }
        };
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public void WriteLine(string line)
    {
        try
        {
            _process.StandardInput.Write(line + "\n");
            _process.StandardInput.Flush();
        }
        catch (System.IO.IOException)
        {
            throw new BenchException(LastWords());
        }
    }

    /// <summary>The next line. When there is none in time the child is killed.</summary>
    public string ReadLine(TimeSpan patience)
    {
        Task<string?> line = _process.StandardOutput.ReadLineAsync();
        if (!line.Wait(patience))
        {
            Kill();
            throw new BenchException($"no answer in {patience.TotalSeconds:0} s");
        }

        return line.Result ?? throw new BenchException(LastWords());
    }

    /// <summary>Waits for the child's end and for all that it wrote.</summary>
    /// <param name="patience">How long; then it is killed. Null is for ever.</param>
    /// <exception cref="BenchException">It did not end in time.</exception>
    public (int ExitCode, string Output, string LastError) WaitForEnd(TimeSpan? patience = null)
    {
        Task<string> read = _process.StandardOutput.ReadToEndAsync();
        if (!read.Wait(patience ?? Timeout.InfiniteTimeSpan))
        {
            Kill();
            throw new BenchException($"it did not end within {patience!.Value.TotalSeconds:0} s");
        }

        string output = read.Result;
        _process.WaitForExit();
        return (_process.ExitCode, output, _complaints.LastOrDefault() ?? "");
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
    }

    private string LastWords()
    {
        _process.WaitForExit(1000);
        string why = _complaints.IsEmpty ? "" : ": " + string.Join(" | ", _complaints);
        return _process.HasExited ? $"ended with exit code {_process.ExitCode}{why}" : $"closed its output{why}";
    }
}
