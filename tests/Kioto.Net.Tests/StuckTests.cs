using System;
using System.Net.Sockets;
using System.Threading;
using Xunit;

namespace Kioto.Net.Tests;

/// <summary>I/O and timers while tasks block their threads for real. As Tokio's rt_unstable_eager_driver_handoff.</summary>
public class StuckTests
{
    /// <summary>
    /// The driver wakes a task that then waits, blocking its thread, for what only the driver can deliver, while the other
    /// workers sleep elsewhere.
    /// </summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    public void What_the_driver_delivers_reaches_others_while_the_task_that_it_woke_is_stuck(int workers, bool eager) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(workers).EagerDriverHandoff(eager)
            .OnStuckTask(_ => { }).Build();
        Scenario(runtime, rounds: 5);
    });

    /// <summary>The same where nothing is ever taken for stuck: the driver alone is what changes hands.</summary>
    [Theory]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(4, false)]
    public void The_driver_changes_hands_without_a_threshold(int workers, bool eager) => Bounded.Run(() =>
    {
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(workers).EagerDriverHandoff(eager)
            .StuckThreshold(System.Threading.Timeout.InfiniteTimeSpan).Build();
        Scenario(runtime, rounds: 5);
    });

    private static void Scenario(Runtime runtime, int rounds)
    {
        byte[] one = [1];
        (Socket Raw, TcpStream Server) first = runtime.BlockOn(Loopback.RawPair);
        (Socket Raw, TcpStream Server) second = runtime.BlockOn(Loopback.RawPair);
        for (int i = 0; i < rounds; i++)
        {
            using ManualResetEventSlim stuck = new();
            using ManualResetEventSlim gate = new();
            JoinHandle blocked = runtime.Spawn(async () =>
            {
                await first.Server.ReadAsync(new byte[1]);
                stuck.Set();
                gate.Wait();
            });
            JoinHandle saviour = runtime.Spawn(async () =>
            {
                await second.Server.ReadAsync(new byte[1]);
                await Kio.Sleep(TimeSpan.FromMilliseconds(5));
                gate.Set();
            });
            runtime.BlockOn(async () =>
            {
                await Peek.UntilReadWaits(first.Server);
                await Peek.UntilReadWaits(second.Server);
            });

            // Both workers sleep now, or are about to; one of them on the driver, which wakes it for the first task.
            first.Raw.Send(one);
            stuck.Wait();
            second.Raw.Send(one);
            runtime.BlockOn(async () =>
            {
                await saviour;
                await blocked;
            });
        }

        first.Raw.Dispose();
        second.Raw.Dispose();
        first.Server.Dispose();
        second.Server.Dispose();
    }
}
