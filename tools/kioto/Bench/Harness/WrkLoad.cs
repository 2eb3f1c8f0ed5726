using System;
using System.Globalization;
using System.IO;
using System.Text.RegularExpressions;

namespace Kioto.Tool.Bench;

/// <summary>The load on web servers: wrk, with one thread.</summary>
internal sealed partial class WrkLoad(string script)
{
    /// <summary>Finds wrk; as root, on Debian, installs it.</summary>
    /// <param name="root">The project's sources.</param>
    /// <exception cref="BenchException">It is not here.</exception>
    public static WrkLoad Find(string? root)
    {
        string script = Path.Combine(
            root ?? throw new BenchException("the project's sources are not here, and it is built from them"),
            "bench", "peers", "wrk", "pipeline.lua");
        if (!Runs("wrk", "-v") && !(Runs("apt-get", "install", "-y", "-qq", "wrk") && Runs("wrk", "-v")))
        {
            throw new BenchException("the client wrk is not installed (apt-get install wrk)");
        }

        return new WrkLoad(script);
    }

    public ChildCommand Command(int port, BenchSpec spec, double seconds)
    {
        HttpShape shape = spec.Http!;
        ChildCommand command = new("wrk", ["-t1", $"-c{spec.Connections}", $"-d{Math.Ceiling(seconds)}s", "--latency"]);
        string url = $"http://127.0.0.1:{port}{shape.Path}";
        command = shape.Pipelined > 1
            ? command.With("-s", script, url, "--", shape.Pipelined.ToString(CultureInfo.InvariantCulture))
            : command.With(url);
        return EchoLoad.Processor is { } processor ? command.PinnedTo(processor) : command;
    }

    /// <summary>Reads what wrk prints.</summary>
    /// <param name="output">All of it.</param>
    /// <exception cref="BenchException">A response was an error, a connection broke, or it is not wrk's.</exception>
    public static (long Requests, Latency Latency) Read(string output)
    {
        if (Errors().Match(output) is { Success: true } errors)
        {
            throw new BenchException($"wrk: {errors.Value.Trim()}");
        }

        Match requests = Requests().Match(output);
        Match rate = Rate().Match(output);
        Match p50 = Percentile50().Match(output);
        Match p99 = Percentile99().Match(output);
        return requests.Success && rate.Success && p50.Success && p99.Success
            ? (long.Parse(requests.Groups[1].Value, CultureInfo.InvariantCulture),
                new Latency(Number(rate.Groups[1].Value), Micros(p50), Micros(p99)))
            : throw new BenchException($"wrk printed what is not understood: {output}");
    }

    private static double Micros(Match time) => Number(time.Groups[1].Value) * time.Groups[2].Value switch
    {
        "us" => 1,
        "ms" => 1e3,
        _ => 1e6,
    };

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static bool Runs(string file, params string[] arguments)
    {
        try
        {
            using ChildProcess process = new(new ChildCommand(file, arguments));
            (int exitCode, _, _) = process.WaitForEnd();
            return file == "wrk" || exitCode == 0; // wrk -v ends with 1.
        }
        catch (BenchException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"(Socket errors|Non-2xx or 3xx responses):.*")]
    private static partial Regex Errors();

    [GeneratedRegex(@"(\d+) requests in ")]
    private static partial Regex Requests();

    [GeneratedRegex(@"Requests/sec: +([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"50% +([\d.]+)(us|ms|s)")]
    private static partial Regex Percentile50();

    [GeneratedRegex(@"99% +([\d.]+)(us|ms|s)")]
    private static partial Regex Percentile99();
}
