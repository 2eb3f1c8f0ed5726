using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text.RegularExpressions;

namespace Kioto.Tool.Bench;

/// <summary>h2load, of nghttp2: HTTP/2 without TLS, several streams a connection.</summary>
/// <param name="log">Where it writes how long each request took: it prints no percentiles itself.</param>
internal sealed partial class H2Load(string log) : HttpLoad
{
    /// <inheritdoc cref="HttpLoad.Find"/>
    public static H2Load Find()
    {
        Require("h2load", "nghttp2-client", "--version");
        return new H2Load(Path.GetTempFileName());
    }

    public override (long Messages, Latency Latency) ReadOutput(string output)
    {
        List<string> lines = [.. File.ReadLines(log)];
        File.WriteAllText(log, ""); // It appends.
        return Read(output, lines);
    }

    public override void Dispose()
    {
        File.Delete(log);
        base.Dispose();
    }

    /// <summary>Reads what h2load prints and logs.</summary>
    /// <param name="output">What it printed.</param>
    /// <param name="log">A line a request: when it began, its status, how many microseconds it took.</param>
    /// <exception cref="BenchException">A request failed, or it is not h2load's.</exception>
    public static (long Requests, Latency Latency) Read(string output, IEnumerable<string> log)
    {
        Match requests = Requests().Match(output);
        Match rate = Rate().Match(output);
        Match statuses = Statuses().Match(output);
        List<int> micros = [];
        foreach (string line in log)
        {
            string[] columns = line.Split('\t');
            if (columns.Length < 3 || !int.TryParse(columns[2], CultureInfo.InvariantCulture, out int each))
            {
                throw new BenchException($"h2load logged what is not understood: {line}");
            }

            micros.Add(each);
        }

        if (!requests.Success || !rate.Success || !statuses.Success || micros.Count == 0)
        {
            throw new BenchException($"h2load printed what is not understood: {output}");
        }

        if (requests.Groups[2].Value is not "0" || requests.Groups[3].Value is not "0" || !statuses.Groups["ok"].Success)
        {
            throw new BenchException($"h2load: {requests.Value.Trim()}; {statuses.Value.Trim()}");
        }

        micros.Sort();
        return (
            long.Parse(requests.Groups[1].Value, CultureInfo.InvariantCulture),
            new Latency(
                double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture),
                micros[micros.Count / 2],
                micros[(int)(micros.Count * 0.99)]));
    }

    private protected override ChildCommand ClientCommand(int port, BenchSpec spec, double seconds) => new(
        "h2load",
        [
            "-t1", $"-c{spec.Connections}", $"-m{spec.Http!.AtOnce}",
            $"--duration={Millis(seconds)}", $"--warm-up-time={Millis(seconds * 0.3)}", $"--log-file={log}",
            $"http://127.0.0.1:{port}{spec.Http.Path}",
        ]);

    private static string Millis(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(seconds * 1000)}ms");

    [GeneratedRegex(@"requests: .* (\d+) succeeded, (\d+) failed, (\d+) errored, .*")]
    private static partial Regex Requests();

    [GeneratedRegex(@"finished in .*, ([\d.]+) req/s")]
    private static partial Regex Rate();

    [GeneratedRegex(@"status codes: (?<ok>\d+ 2xx, 0 3xx, 0 4xx, 0 5xx)?.*")]
    private static partial Regex Statuses();
}
