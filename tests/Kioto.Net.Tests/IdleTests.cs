using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Kioto.Net.Tests;

public class IdleTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void An_idle_runtime_makes_no_wake_up(int workers) => Bounded.Run(() =>
    {
        // The kernel keeps 15 characters of a thread's name.
        string name = $"idle-{workers}-{Environment.ProcessId % 10000}";
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(workers).ThreadName(name)
            .StuckThreshold(System.Threading.Timeout.InfiniteTimeSpan) // A starved worker's core would go to another thread.
            .Build();
        TcpListener listener;
        using (runtime.Enter())
        {
            listener = TcpListener.Bind(Loopback.Any);
        }

        using (listener)
        {
            JoinHandle<TcpStream> accept = runtime.Spawn(async () => await listener.AcceptAsync());
            runtime.BlockOn(async () =>
            {
                await Kio.Spawn(async () => await Kio.Sleep(TimeSpan.FromMilliseconds(20)));
                await Kio.SpawnBlocking(() => { });
                await Peek.UntilAcceptWaits(listener);
            });

            // The workers go to sleep some time after the last task: the clock starts when nothing has moved for a while.
            Dictionary<string, long> before;
            Dictionary<string, long> then = Switches(name);
            do
            {
                before = then;
                Wait(0.3);
                then = Switches(name);
            }
            while (!Same(before, then));

            Assert.Equal(workers + 1, before.Count); // The watchdog too.
            Wait(Seed.Long || workers == 2 ? 5 : 1);
            Assert.Equal(before, Switches(name));

            // It was idle, not dead.
            using System.Net.Sockets.Socket raw = Loopback.RawConnect(listener.LocalEndPoint);
            runtime.BlockOn(async () => (await accept).Dispose());
        }
    });

    // Real time, because what is measured is that nothing happens in it.
    private static void Wait(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds)).GetAwaiter().GetResult();

    private static bool Same(Dictionary<string, long> one, Dictionary<string, long> other) =>
        one.Count == other.Count && one.All(other.Contains);

    private static Dictionary<string, long> Switches(string name)
    {
        Dictionary<string, long> switches = [];
        foreach (string thread in Directory.GetDirectories("/proc/self/task"))
        {
            string[] status;
            try
            {
                status = File.ReadAllLines(Path.Combine(thread, "status"));
            }
            catch (IOException)
            {
                continue; // It has ended in the meantime.
            }

            if (Field(status, "Name") == name || Field(status, "Name") == Watchdog(name))
            {
                switches.Add(thread, long.Parse(Field(status, "voluntary_ctxt_switches"), CultureInfo.InvariantCulture));
            }
        }

        return switches;
    }

    private static string Watchdog(string name)
    {
        string whole = name + "-watchdog";
        return whole.Length > 15 ? whole[..15] : whole;
    }

    private static string Field(string[] status, string name) =>
        Array.Find(status, line => line.StartsWith(name + ":", StringComparison.Ordinal))![(name.Length + 1)..].Trim();
}
