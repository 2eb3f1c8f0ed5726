using System;
using System.Diagnostics;
using Xunit;

namespace Kioto.Net.Tests;

public class EpollDriverTests
{
    [Theory]
    [InlineData(Seccomp.NotPermitted)]
    [InlineData(38)] // ENOSYS
    [InlineData(22)] // EINVAL
    public void A_sandbox_that_forbids_the_precise_wait_costs_precision_only(uint errno) => Bounded.Run(() =>
    {
        Seccomp.Forbid((uint)Libc.EpollWaitPreciseNumber, errno);
        using EpollDriver driver = new(1024, null!);
        Stopwatch time = Stopwatch.StartNew();
        driver.Wait(20_500_000);
        Assert.True(time.Elapsed >= TimeSpan.FromMilliseconds(20.5), $"It came back after {time.Elapsed}.");
        driver.Unpark();
        driver.Wait(TimeSpan.FromHours(1).Ticks * 100);
        driver.Close();
    });

    [Fact]
    public void Sleeps_and_sockets_work_in_such_a_sandbox() => Bounded.Run(() =>
    {
        Seccomp.Forbid((uint)Libc.EpollWaitPreciseNumber, Seccomp.NotPermitted);
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(2).Build();
        runtime.BlockOn(async () =>
        {
            (TcpStream client, TcpStream server) = await Loopback.Pair();
            using (client)
            using (server)
            {
                JoinHandle<int> read = Kio.Spawn(async () => await server.ReadAsync(new byte[8]));
                Stopwatch time = Stopwatch.StartNew();
                await Kio.Sleep(TimeSpan.FromMilliseconds(5.5));
                Assert.True(time.Elapsed >= TimeSpan.FromMilliseconds(5.5), $"It came back after {time.Elapsed}.");
                await client.WriteAllAsync(new byte[3]);
                Assert.Equal(3, await read);
            }
        });
    });
}
