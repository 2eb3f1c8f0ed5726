using Xunit;

namespace Kioto.Net.Tests;

/// <summary>What the driver counts, as Tokio's rt_unstable_metrics asks.</summary>
public sealed class IoMetricsTests
{
    public static TheoryData<int> Kinds => OnRuntime.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Descriptors_and_their_events(int workers) => Bounded.Run(() =>
    {
        using Runtime runtime = OnRuntime.Build(workers);
        Check(runtime);
    });

    [Fact]
    public void Descriptors_and_their_events_on_every_worker() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreatePerCoreBuilder().WorkerThreads(2).Build();
        Check(runtime);
        runtime.BlockOn(async () =>
        {
            for (int worker = 0; worker < 2; worker++)
            {
                await runtime.SpawnOn(worker, async () =>
                {
                    using TcpListener listener = TcpListener.Bind(Loopback.Any);
                    await Kio.YieldNow();
                });
            }
        });
        Assert.Equal((5, 5), (runtime.Metrics.IoRegisteredCount, runtime.Metrics.IoDeregisteredCount));
    });

    private static void Check(Runtime runtime)
    {
        RuntimeMetrics metrics = runtime.Metrics;
        Assert.Equal((0, 0, 0), (metrics.IoRegisteredCount, metrics.IoDeregisteredCount, metrics.IoReadyCount));
        runtime.BlockOn(async () => await runtime.Spawn(async () =>
        {
            (TcpStream client, TcpStream server) = await Loopback.Pair();
            Assert.Equal((3, 1), (metrics.IoRegisteredCount, metrics.IoDeregisteredCount));
            long before = metrics.IoReadyCount;
            JoinHandle<int> read = Kio.Spawn(async () => await server.ReadAsync(new byte[8]));
            await Peek.UntilReadWaits(server);
            await client.WriteAllAsync(new byte[] { 1 });
            Assert.Equal(1, await read);
            Assert.True(metrics.IoReadyCount > before);
            client.Dispose();
            Assert.Equal((3, 2), (metrics.IoRegisteredCount, metrics.IoDeregisteredCount));
            server.Dispose();
            Assert.Equal((3, 3), (metrics.IoRegisteredCount, metrics.IoDeregisteredCount));
        }));
    }
}
