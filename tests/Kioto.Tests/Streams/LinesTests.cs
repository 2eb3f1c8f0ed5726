using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Pipelines;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using Kioto.Streams;

namespace Kioto.Tests;

/// <summary>Lines from bytes.</summary>
public sealed class LinesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a")]
    [InlineData("a\n", "a")]
    [InlineData("a\r\nb\r\n", "a|b")]
    [InlineData("\n\n", "|")]
    [InlineData("a\rb\n\r\n", "a\rb|")]
    [InlineData("grüße\n日本\nend\r", "grüße|日本|end")]
    public void Text_is_cut_into_lines(string text, string lines) => Runtimes.Run(async () =>
    {
        for (int chunk = 1; chunk < 5; chunk++)
        {
            List<string> read = [];
            await foreach (string line in new Chunks(Encoding.UTF8.GetBytes(text), chunk).ReadLinesAsync(100))
            {
                read.Add(line);
            }

            Assert.Equal(lines, string.Join('|', read));
            Assert.Equal(text.Length == 0, read.Count == 0);
        }
    });

    [Fact]
    public void A_cancelled_step_loses_nothing() => Runtimes.Run(RuntimeKind.CurrentThread, async () =>
    {
        Pipe pipe = new();
        FutureEnumerator<string> lines = pipe.Reader.ReadLinesAsync(100).GetAsyncEnumerator();
        await pipe.Writer.WriteAsync("one\ntw"u8.ToArray());
        Assert.True(await lines.MoveNextAsync());
        Assert.Equal("one", lines.Current);
        JoinHandle<bool> step = Kio.Spawn(lines.MoveNextAsync());
        await Kio.YieldNow();
        step.Abort();
        Assert.True((await step.JoinAsync()).IsAborted);
        await pipe.Writer.WriteAsync("o\n"u8.ToArray());
        Assert.True(await lines.MoveNextAsync());
        Assert.Equal("two", lines.Current);
        await lines.DisposeAsync();
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void A_line_that_is_too_long_is_skipped(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        foreach (int chunk in (int[])[1, 3, 100_000])
        {
            string text = $"12345\n{new string('x', 20_000)}\n54321\r\n123456\r\nend";
            FutureEnumerator<string> lines = new Chunks(Encoding.UTF8.GetBytes(text), chunk).ReadLinesAsync(5).GetAsyncEnumerator();
            List<string> read = [];
            int failures = 0;
            while (true)
            {
                try
                {
                    if (!await lines.MoveNextAsync())
                    {
                        break;
                    }

                    read.Add(lines.Current);
                }
                catch (InvalidDataException)
                {
                    failures++;
                }
            }

            Assert.Equal(["12345", "54321", "end"], read);
            Assert.Equal(2, failures);
        }
    });

    [Fact]
    public void A_line_that_is_not_UTF8_is_skipped() => Runtimes.Run(async () =>
    {
        FutureEnumerator<string> lines = new MemoryStream([(byte)'a', (byte)'\n', 0xC3, (byte)'\n', (byte)'b'])
            .ReadLinesAsync(10).GetAsyncEnumerator();
        Assert.True(await lines.MoveNextAsync());
        await Expect.Throws<InvalidDataException>(async () => await lines.MoveNextAsync());
        Assert.True(await lines.MoveNextAsync());
        Assert.Equal("b", lines.Current);
        Assert.False(await lines.MoveNextAsync());
    });

    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Lines_of_a_pipe(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        Pipe pipe = new();
        JoinHandle writer = Kio.Spawn(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes($"line {i}\n"));
            }

            await pipe.Writer.CompleteAsync();
        });
        int count = 0;
        await foreach (string line in pipe.Reader.ReadLinesAsync(20))
        {
            Assert.Equal($"line {count++}", line);
        }

        Assert.Equal(100, count);
        await writer;
    });

    [Fact]
    public void Bad_use_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Stream.Null.ReadLinesAsync(0));
        Assert.Throws<ArgumentNullException>(() => ((Stream)null!).ReadLinesAsync(1));
        FutureStream<string> lines = Stream.Null.ReadLinesAsync(1);
        _ = lines.GetAsyncEnumerator();
        Assert.Throws<InvalidOperationException>(() => lines.GetAsyncEnumerator());
    }

    /// <summary>Any lines, in chunks of any size, come out as they went in.</summary>
    [Fact]
    public void Any_lines_survive() =>
        Gen.Select(Gen.String[Gen.Char['a', 'e'], 0, 9].List[0, 30], Gen.Int[1, 40], Gen.Bool).Sample((lines, chunk, carriage) =>
            Runtimes.Run(RuntimeKind.CurrentThread, async () =>
            {
                string text = string.Concat(lines.Select(line => line + (carriage ? "\r\n" : "\n")));
                List<string> read = [];
                await foreach (string line in new Chunks(Encoding.UTF8.GetBytes(text), chunk).ReadLinesAsync(9))
                {
                    read.Add(line);
                }

                Assert.Equal(lines, read);
            }), iter: 100, threads: 1);

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class Chunks(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.CompletedTask;
            return Read(buffer.Span[..int.Min(size, buffer.Length)]);
        }
    }
}
