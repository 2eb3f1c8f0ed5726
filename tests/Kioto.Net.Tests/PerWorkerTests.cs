using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Kioto.Net.Tests;

public class PerWorkerTests
{
    private static readonly IPEndPoint s_any = new(IPAddress.Loopback, 0);

    [Fact]
    public void EachConnectionIsServedOnTheWorkerThatAcceptedIt() => Bounded.Run(() =>
    {
        ConcurrentDictionary<int, int> served = new();
        using Runtime runtime = Runtime.CreatePerCoreBuilder().WorkerThreads(2).Build();
        using PerWorkerServer server = runtime.ServePerWorker(s_any, async stream =>
        {
            int worker = RuntimeHandle.CurrentWorkerIndex!.Value;
            served.AddOrUpdate(worker, 1, static (_, count) => count + 1);
            byte[] buffer = new byte[16];
            int read;
            while ((read = await stream.ReadAsync(buffer)) > 0)
            {
                Assert.Equal(worker, RuntimeHandle.CurrentWorkerIndex);
                await stream.WriteAllAsync(buffer.AsMemory(0, read));
            }
        });
        Assert.NotEqual(0, server.LocalEndPoint.Port);
        runtime.BlockOn(async () =>
        {
            // The kernel chooses by a hash of the ports: with 64 connections one worker gets none once in 2^63 times.
            for (int i = 0; i < 64; i++)
            {
                using TcpStream client = await TcpStream.ConnectAsync(server.LocalEndPoint);
                await client.WriteAllAsync(new byte[] { (byte)i, 2, 3 });
                byte[] reply = new byte[3];
                await ReadExactlyAsync(client, reply);
                Assert.Equal([(byte)i, 2, 3], reply);
            }
        });
        Assert.Equal(64, served.Values.Sum());
        Assert.Equal([0, 1], served.Keys.Order());
    });

    [Fact]
    public void DisposeStopsListeningAndLeavesConnectionsAlone() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreatePerCoreBuilder().WorkerThreads(2).Build();
        PerWorkerServer server = runtime.ServePerWorker(s_any, async stream =>
        {
            byte[] buffer = new byte[1];
            while (await stream.ReadAsync(buffer) > 0)
            {
                await stream.WriteAllAsync(buffer);
            }
        });
        runtime.BlockOn(async () =>
        {
            using TcpStream client = await TcpStream.ConnectAsync(server.LocalEndPoint);
            byte[] one = [1];
            await client.WriteAllAsync(one);
            await ReadExactlyAsync(client, one);
            server.Dispose();
            server.Dispose();
            await server.StoppedAsync();
            await client.WriteAllAsync(one);
            await ReadExactlyAsync(client, one);
            Assert.Equal(SocketError.ConnectionRefused, (await Expect.Throws<SocketException>(
                async () => await TcpStream.ConnectAsync(server.LocalEndPoint))).SocketErrorCode);
        });
    });

    [Fact]
    public void WhatServingThrowsIsReportedAndTheConnectionClosed() => Bounded.Run(() =>
    {
        ConcurrentQueue<Exception> failures = new();
        using Runtime runtime = Runtime.CreatePerCoreBuilder().WorkerThreads(1).OnUnhandledFailure(failures.Enqueue).Build();
        using PerWorkerServer server = runtime.ServePerWorker(s_any, async stream =>
        {
            await Kio.YieldNow();
            throw new FormatException();
        });
        runtime.BlockOn(async () =>
        {
            for (int i = 0; i < 2; i++)
            {
                using TcpStream client = await TcpStream.ConnectAsync(server.LocalEndPoint);
                Assert.Equal(0, await client.ReadAsync(new byte[1]));
            }
        });
        runtime.Dispose();
        Assert.Equal(2, failures.Count);
        Assert.All(failures, failure => Assert.IsType<FormatException>(failure));
    });

    [Fact]
    public void ABusyPortIsRefusedAndNothingIsLeftListening() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreatePerCoreBuilder().WorkerThreads(2).Build();
        runtime.BlockOn(async () =>
        {
            using TcpListener alone = TcpListener.Bind(s_any);
            Assert.Equal(SocketError.AddressAlreadyInUse, Assert.Throws<SocketException>(
                () => runtime.ServePerWorker(alone.LocalEndPoint, _ => Kio.YieldNow())).SocketErrorCode);
            await Kio.YieldNow();
        });
    });

    [Fact]
    public void AMultiThreadRuntimeIsTold() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1).Build();
        Assert.Contains("CreatePerCoreBuilder", Assert.Throws<InvalidOperationException>(
            () => runtime.ServePerWorker(s_any, _ => Kio.YieldNow())).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => runtime.ServePerWorker(null!, _ => Kio.YieldNow()));
        Assert.Throws<ArgumentNullException>(() => runtime.ServePerWorker(s_any, null!));
    });

    [Fact]
    public void ListenersShareAPortOnlyWhenAllOfThemSaySo() => OnRuntime.Run(1, async () =>
    {
        TcpListenerOptions shared = new() { ReusePort = true, Backlog = 5 };
        using TcpListener one = TcpListener.Bind(s_any, shared);
        using TcpListener two = TcpListener.Bind(one.LocalEndPoint, shared);
        Assert.Equal(one.LocalEndPoint, two.LocalEndPoint);
        Assert.Throws<SocketException>(() => TcpListener.Bind(one.LocalEndPoint));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TcpListenerOptions { Backlog = 0 });
        Assert.Throws<ArgumentNullException>(() => TcpListener.Bind(one.LocalEndPoint, null!));
        await Kio.YieldNow();
    });

    [Fact]
    public void SocketsWorkOnEveryWorkerAndAreHandedBetweenThem() => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreatePerCoreBuilder().WorkerThreads(3).MaxIoEventsPerTick(1).Build();
        runtime.BlockOn(async () => await runtime.SpawnOn(0, async () =>
        {
            using TcpListener listener = TcpListener.Bind(s_any);
            IPEndPoint endPoint = listener.LocalEndPoint;
            JoinHandle<int> client = runtime.SpawnOn(1, async () =>
            {
                using TcpStream stream = await TcpStream.ConnectAsync(endPoint);
                await stream.WriteAllAsync(new byte[1000]);
                return 1;
            });
            TcpStream accepted = await listener.AcceptAsync();
            int total = await runtime.SpawnOn(2, async () =>
            {
                using (accepted)
                {
                    int sum = 0;
                    byte[] buffer = new byte[100];
                    while (await accepted.ReadAsync(buffer) is > 0 and int read)
                    {
                        sum += read;
                    }

                    return sum;
                }
            });
            Assert.Equal(1000, total);
            Assert.Equal(1, await client);
        }));
    });

    [Fact]
    public void ASocketOfAnEndedRuntimeSaysSo() => Bounded.Run(() =>
    {
        Runtime runtime = Runtime.CreatePerCoreBuilder().WorkerThreads(2).Build();
        TcpListener listener = runtime.BlockOn(async () => await runtime.SpawnOn(1, async () => TcpListener.Bind(s_any)));
        runtime.Dispose();
        using Runtime other = Runtime.CreateCurrentThreadBuilder().Build();
        Assert.Throws<RuntimeShutdownException>(() => other.BlockOn(async () => await listener.AcceptAsync()));
        listener.Dispose();
    });

    private static async Future ReadExactlyAsync(TcpStream stream, byte[] buffer)
    {
        int filled = 0;
        while (filled < buffer.Length)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(filled));
            Assert.NotEqual(0, read);
            filled += read;
        }
    }
}
