using System;
using System.IO;
using System.Linq;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Kioto.Net.Tests;

/// <summary>Connections as .NET streams, on threads that are no workers, and on workers.</summary>
public class StreamAdapterTests
{
    private const int LargeSize = 5_000_000;

    /// <summary>Workers, and whether over a Unix socket.</summary>
    public static TheoryData<int, bool> Kinds => new() { { 1, false }, { 2, false }, { 4, false }, { 1, true }, { 2, true } };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Bytes_go_both_ways_on_plain_threads(int workers, bool isUnix) => Outside(workers, isUnix, async (one, other) =>
    {
        Assert.Null(SynchronizationContext.Current);
        Task sending = Send(one, 1);
        Task back = Send(other, 2);
        await Receive(other, 1);
        await Receive(one, 2);
        await sending;
        await back;
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Bytes_go_both_ways_in_tasks(int workers, bool isUnix) => OnRuntime.Run(workers, async () =>
    {
        (SocketStream first, SocketStream second) = await Pair(isUnix);
        using Stream one = first.AsStream();
        using Stream other = second.AsStream();
        JoinHandle[] all =
        [
            Kio.Spawn(() => Send(one, 1)), Kio.Spawn(() => Receive(other, 1)),
            Kio.Spawn(async () => await Send(other, 2)), Kio.Spawn(async () => await Receive(one, 2)),
        ];
        foreach (JoinHandle handle in all)
        {
            await handle;
        }
    });

    [Fact]
    public void A_current_thread_runtime_serves_its_streams_while_it_is_driven() => OnRuntime.Run(0, async () =>
    {
        (SocketStream first, SocketStream second) = await Pair(isUnix: false);
        using Stream one = first.AsStream();
        using Stream other = second.AsStream();
        Task outside = Task.Run(async () =>
        {
            await Send(one, 1);
            await Receive(one, 2);
        });
        await Receive(other, 1);
        await Send(other, 2);
        await outside;
    });

    [Fact]
    public void A_per_core_runtime_too() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreatePerCoreBuilder().WorkerThreads(2).Build();
        (SocketStream first, SocketStream second) = runtime.BlockOn(async () => await Kio.Spawn(() => Pair(isUnix: false)));
        using Stream one = first.AsStream();
        using Stream other = second.AsStream();
        Task.WhenAll(Task.Run(() => Send(one, 1)), Task.Run(() => Receive(other, 1))).Wait();
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Cancelling_a_waiting_read_loses_nothing(int workers, bool isUnix) => Outside(workers, isUnix, async (one, other) =>
    {
        byte[] buffer = new byte[8];
        for (int i = 0; i < 100; i++)
        {
            using CancellationTokenSource source = new();
            ValueTask<int> read = other.ReadAsync(buffer, source.Token);
            if (i % 3 == 0)
            {
                await Task.Yield();
            }

            if (i % 2 == 0)
            {
                await one.WriteAsync(new byte[] { (byte)i }); // It may be just being woken.
            }

            await source.CancelAsync();
            try
            {
                Assert.Equal(1, await read);
                Assert.Equal(i, buffer[0]);
            }
            catch (OperationCanceledException cancelled)
            {
                Assert.Equal(source.Token, cancelled.CancellationToken);
                if (i % 2 == 0)
                {
                    Assert.Equal(1, await other.ReadAsync(buffer));
                    Assert.Equal(i, buffer[0]);
                }
            }
        }
    });

    [Fact]
    public void A_token_that_is_cancelled_already_is_told_at_once() => Outside(1, isUnix: false, async (one, other) =>
    {
        CancellationToken cancelled = new(canceled: true);
        Assert.True(one.ReadAsync(new byte[1], 0, 1, cancelled).IsCanceled);
        Assert.True(one.WriteAsync(new byte[1], 0, 1, cancelled).IsCanceled);
        Assert.True(one.FlushAsync(cancelled).IsCanceled);
        await one.WriteAsync(new byte[] { 1 });
        Assert.Equal(1, await other.ReadAsync(new byte[8]));
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Cancelling_a_waiting_write_ends_it(int workers, bool isUnix) => Outside(workers, isUnix, async (one, other) =>
    {
        using CancellationTokenSource source = new();
        ValueTask write = one.WriteAsync(new byte[64 << 20], source.Token);
        Assert.False(write.IsCompleted); // Nobody reads.
        await source.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await write);
        Assert.NotEqual(0, await other.ReadAsync(new byte[8]));
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Dispose_ends_what_waits(int workers, bool isUnix) => Outside(workers, isUnix, async (one, other) =>
    {
        ValueTask<int> read = one.ReadAsync(new byte[8]);
        ValueTask write = one.WriteAsync(new byte[64 << 20]);
        await one.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await read);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await write);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => Assert.Equal(0, await one.ReadAsync(new byte[8], CancellationToken.None)));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await one.WriteAsync(new byte[8], CancellationToken.None));
        Assert.False(one.CanRead);
        Assert.False(one.CanWrite);
        while (await other.ReadAsync(new byte[100_000]) > 0)
        {
        }
    });

    [Fact]
    public void LeaveOpen_leaves_the_connection_open() => OnRuntime.Run(1, async () =>
    {
        (SocketStream one, SocketStream other) = await Pair(isUnix: false);
        using (one)
        using (other)
        {
            using (one.AsStream(leaveOpen: true))
            {
            }

            await one.WriteAllAsync(new byte[] { 1 });
            Assert.Equal(1, await other.ReadAsync(new byte[8]));
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Reading_into_nothing_waits_for_data(int workers, bool isUnix) => Outside(workers, isUnix, async (one, other) =>
    {
        for (int i = 0; i < 20; i++)
        {
            ValueTask<int> waiting = other.ReadAsync(Memory<byte>.Empty);
            Assert.False(waiting.IsCompleted);
            await one.WriteAsync(new byte[] { 1, 2 });
            Assert.Equal(0, await waiting);
            Assert.Equal(0, await other.ReadAsync(Memory<byte>.Empty));
            Assert.Equal(2, await other.ReadAsync(new byte[8]));
        }
    });

    [Fact]
    public void A_second_read_at_a_time_is_refused() => Outside(1, isUnix: false, async (one, other) =>
    {
        ValueTask<int> read = other.ReadAsync(new byte[8]);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => Assert.Equal(0, await other.ReadAsync(new byte[8], CancellationToken.None)));
        await one.WriteAsync(new byte[] { 1 });
        Assert.Equal(1, await read);
    });

    [Fact]
    public void What_the_peer_does_is_an_IOException() => OnRuntime.Run(1, async () =>
    {
        (Socket raw, TcpStream server) = await Loopback.RawPair();
        using Stream stream = server.AsStream();
        Task<int> read = Task.Run(async () => await stream.ReadAsync(new byte[8]));
        await Peek.UntilReadWaits(server);
        raw.Reset();
        IOException reset = await Expect.Throws<IOException>(async () => await read);
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(reset.InnerException).SocketErrorCode);
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void The_end_of_the_runtime_is_an_IOException(int workers) => Bounded.Run(() =>
    {
        Runtime runtime = OnRuntime.Build(workers);
        (SocketStream first, SocketStream second) = runtime.BlockOn(async () => await Kio.Spawn(() => Pair(isUnix: false)));
        using Stream one = first.AsStream();
        using Stream other = second.AsStream();
        Task<int> read = one.ReadAsync(new byte[8]).AsTask();
        Task write = one.WriteAsync(new byte[64 << 20]).AsTask();
        Assert.False(read.IsCompleted);
        Assert.False(write.IsCompleted);
        runtime.Dispose();
        foreach (Func<Task> operation in new Func<Task>[]
        {
            () => read, () => write, () => one.ReadAsync(new byte[8]).AsTask(), () => other.WriteAsync(new byte[8]).AsTask(),
        })
        {
            IOException gone = Assert.Throws<IOException>(() => operation().GetAwaiter().GetResult());
            Assert.Contains("has been shut down", gone.Message, StringComparison.Ordinal);
            Assert.IsType<RuntimeShutdownException>(gone.InnerException);
        }
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Blocking_methods_block(int workers) => Bounded.Run(() =>
    {
        using Runtime runtime = OnRuntime.Build(workers);
        (SocketStream first, SocketStream second) = runtime.BlockOn(async () => await Kio.Spawn(() => Pair(isUnix: false)));
        using Stream one = first.AsStream();
        using Stream other = second.AsStream();
        Thread reader = new(() =>
        {
            byte[] received = new byte[LargeSize];
            other.ReadExactly(received);
            other.Write([1]);
        })
        { IsBackground = true };
        reader.Start();
        one.Write(new byte[LargeSize]);
        Assert.Equal(1, one.ReadByte());
        reader.Join();

        // In a task too: the worker's other work goes on elsewhere.
        JoinHandle<int> blocked = runtime.Spawn(async () =>
        {
            await Kio.YieldNow();
            return one.ReadByte();
        });
        other.Write([7]);
        Assert.Equal(7, runtime.BlockOn(blocked.AsFuture()));
        IAsyncResult begun = one.BeginRead(new byte[8], 0, 8, null, null);
        other.EndWrite(other.BeginWrite([1, 2], 0, 2, null, null));
        Assert.Equal(2, one.EndRead(begun));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_waits_goes_on_on_the_runtime_in_its_own_context(bool flows) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).FlowExecutionContext(flows).Build();
        (SocketStream first, SocketStream second) = runtime.BlockOn(async () => await Kio.Spawn(() => Pair(isUnix: false)));
        using Stream one = first.AsStream();
        using Stream other = second.AsStream();
        AsyncLocal<int> local = new();
        Task.Run(Check).Wait();

        async Task Check()
        {
            byte[] buffer = new byte[8];
            for (int i = 1; i < 200; i++)
            {
                local.Value = i;
                ValueTask<int> read = other.ReadAsync(buffer);
                Assert.False(read.IsCompleted);
                Assert.Equal(i, local.Value);
                await one.WriteAsync(new byte[] { 1 });
                Assert.Equal(1, await read.ConfigureAwait(false));
                Assert.Equal(i, local.Value);
                Assert.Null(SynchronizationContext.Current);
                if (!Thread.CurrentThread.IsThreadPoolThread) // It had come already where the pool's thread asked for it.
                {
                    Assert.Equal(runtime.Handle.Id, RuntimeHandle.Current.Id);
                }
            }
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Tls_works_over_it(int workers, bool isUnix) => Outside(workers, isUnix, async (one, other) =>
    {
        using X509Certificate2 certificate = Certificate();
        await using SslStream server = new(other);
        await using SslStream client = new(one, false, (_, certificate, _, _) => certificate is not null);
        await Task.WhenAll(
            server.AuthenticateAsServerAsync(certificate), client.AuthenticateAsClientAsync("localhost"));
        Task sending = Send(client, 1);
        await Receive(server, 1);
        await sending;
    });

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_storm_of_connections_with_cancelled_reads_keeps_every_byte(int workers) => Bounded.Run(
        () =>
        {
            using Runtime runtime = OnRuntime.Build(workers);
            Task.WhenAll(Enumerable.Range(0, 20).Select(seed => Task.Run(async () =>
            {
                (SocketStream first, SocketStream second) =
                    await runtime.Spawn(() => Pair(isUnix: seed % 2 == 0)).AsFuture().AsTask();
                await using Stream one = first.AsStream();
                await using Stream other = second.AsStream();
                Task sending = Task.Run(async () =>
                {
                    Random random = new(seed);
                    for (int i = 0; i < 2000; i++)
                    {
                        await one.WriteAsync(new byte[] { (byte)i });
                        if (random.Next(4) == 0)
                        {
                            await Task.Yield();
                        }
                    }

                    first.Shutdown(SocketShutdown.Send);
                });
                byte[] buffer = new byte[16];
                int next = 0;
                int count = -1;
                while (count != 0)
                {
                    CancellationTokenSource source = new(); // Not disposed of: it may be cancelled later than it is needed.
                    ValueTask<int> read = other.ReadAsync(buffer, source.Token);
                    if (!read.IsCompleted && next % 5 == 0)
                    {
                        ThreadPool.UnsafeQueueUserWorkItem(static source => source.Cancel(), source, preferLocal: false);
                    }

                    try
                    {
                        count = await read;
                    }
                    catch (OperationCanceledException)
                    {
                        continue;
                    }

                    for (int i = 0; i < count; i++)
                    {
                        Assert.Equal((byte)next++, buffer[i]);
                    }
                }

                await sending;
                Assert.Equal(2000, next);
            }))).Wait();
        },
        60);

    [Fact]
    public void What_streams_cannot_do_is_not_supported() => Outside(1, isUnix: false, (one, other) =>
    {
        Assert.False(one.CanSeek);
        Assert.False(one.CanTimeout);
        Assert.Throws<NotSupportedException>(() => one.Length);
        Assert.Throws<NotSupportedException>(() => one.Position);
        Assert.Throws<NotSupportedException>(() => one.Position = 1);
        Assert.Throws<NotSupportedException>(() => one.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => one.SetLength(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => one.Read(new byte[1], 0, 2));
        one.Flush();
        return Task.CompletedTask;
    });

    /// <summary>Runs the body on the .NET thread pool, with both ends of a connection of a runtime.</summary>
    private static void Outside(int workers, bool isUnix, Func<Stream, Stream, Task> body) => Bounded.Run(() =>
    {
        using Runtime runtime = OnRuntime.Build(workers);
        (SocketStream first, SocketStream second) = runtime.BlockOn(async () => await Kio.Spawn(() => Pair(isUnix)));
        using Stream one = first.AsStream();
        using Stream other = second.AsStream();
        Task.Run(() => body(one, other)).GetAwaiter().GetResult();
        Assert.Empty(runtime.Handle.Scheduler.LiveTasks());
    });

    private static async Future<(SocketStream First, SocketStream Second)> Pair(bool isUnix)
    {
        if (isUnix)
        {
            return UnixStream.Pair();
        }

        (TcpStream client, TcpStream server) = await Loopback.Pair();
        client.NoDelay = true;
        server.NoDelay = true;
        return (client, server);
    }

    private static async Task Send(Stream stream, int seed)
    {
        byte[] bytes = new byte[LargeSize];
        new Random(seed).NextBytes(bytes);
        Random random = new(seed + 1);
        for (int sent = 0; sent < bytes.Length;)
        {
            int length = int.Min(random.Next(1, 200_000), bytes.Length - sent);
            await stream.WriteAsync(bytes.AsMemory(sent, length));
            sent += length;
        }
    }

    private static async Task Receive(Stream stream, int seed)
    {
        byte[] expected = new byte[LargeSize];
        new Random(seed).NextBytes(expected);
        byte[] received = new byte[LargeSize];
        await stream.ReadExactlyAsync(received);
        Assert.True(expected.AsSpan().SequenceEqual(received));
    }

    private static X509Certificate2 Certificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
