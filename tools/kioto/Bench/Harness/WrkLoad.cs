using System;
using System.Globalization;
using System.IO;
using System.Text.RegularExpressions;

namespace Kioto.Tool.Bench;

/// <summary>wrk: HTTP/1.1.</summary>
/// <param name="script">The one that sends several requests at once.</param>
internal sealed partial class WrkLoad(string script) : HttpLoad
{
    /// <inheritdoc cref="HttpLoad.Find"/>
    public static WrkLoad Find(string? root)
    {
        string script = Path.Combine(
            root ?? throw new BenchException("the project's sources are not here, and it is built from them"),
            "bench", "peers", "wrk", "pipeline.lua");
        Require("wrk", "wrk", "-v");
        return new WrkLoad(script);
    }

    public override (long Messages, Latency Latency) ReadOutput(string output) => Read(output);

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

    private protected override ChildCommand ClientCommand(int port, BenchSpec spec, double seconds)
    {
        // wrk has no warm-up, and knows whole seconds only.
        HttpShape shape = spec.Http!;
        ChildCommand command = new("wrk", ["-t1", $"-c{spec.Connections}", $"-d{Math.Ceiling(seconds * 1.3)}s", "--latency"]);
        string url = $"http://127.0.0.1:{port}{shape.Path}";
        return shape.AtOnce > 1
            ? command.With("-s", script, url, "--", shape.AtOnce.ToString(CultureInfo.InvariantCulture))
            : command.With(url);
    }

    private static double Micros(Match time) => Number(time.Groups[1].Value) * time.Groups[2].Value switch
    {
        "us" => 1,
        "ms" => 1e3,
        _ => 1e6,
    };

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

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
