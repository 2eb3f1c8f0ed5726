using System;
using System.IO;
using System.Text.Json;

namespace Kioto.Tool.Bench;

/// <summary>The peer's side of the line protocol of bench/peers/README.md.</summary>
internal static class PeerLoop
{
    public static void Run(IBenchSuite suite, TextReader input, TextWriter output)
    {
        Answer(output, new { peer = suite.Peer, version = suite.Version, allocator = "gc", benches = suite.Benches.Keys });
        while (input.ReadLine() is { } line && line != "quit")
        {
            if (line.Length == 0)
            {
                continue;
            }

            try
            {
                Sample sample = Repetition(suite, line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
                Answer(output, new { ops = sample.Ops, ns = sample.Nanos, cpu_ns = sample.CpuNanos, bytes = sample.Bytes });
            }
            catch (Exception e)
            {
                Answer(output, new { error = e is BenchException ? e.Message : e.ToString() });
            }
        }
    }

    private static Sample Repetition(IBenchSuite suite, string[] words)
    {
        if (words is not [string name, string workers, string ops])
        {
            throw new BenchException("expected: NAME WORKERS OPS");
        }

        return suite.Benches.TryGetValue(name, out Func<int, int, Sample>? bench)
            ? bench(Positive("WORKERS", workers), Positive("OPS", ops))
            : throw new BenchException($"no such bench: {name}");
    }

    private static int Positive(string what, string word) =>
        int.TryParse(word, out int number) && number > 0
            ? number
            : throw new BenchException($"{what} must be a positive number: {word}");

    private static void Answer<T>(TextWriter output, T answer)
    {
        output.Write(JsonSerializer.Serialize(answer));
        output.Write('\n');
        output.Flush();
    }
}
