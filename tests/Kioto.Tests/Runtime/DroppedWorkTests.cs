using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;

namespace Kioto.Tests;

/// <summary>A shutdown that gives no report says what it drops, and is quiet when that is nothing.</summary>
public sealed class DroppedWorkTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(50);

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Cleanup_that_takes_longer_than_its_grace_is_told_of(RuntimeKind kind) => Bounded.Run(() =>
    {
        Action<Runtime>[] ends = [runtime => runtime.Dispose(), runtime => runtime.ShutdownBackground()];
        foreach (Action<Runtime> end in ends)
        {
            using Lines lines = new();
            string name = $"dropped {kind} {Guid.NewGuid()}";
            Runtime runtime = Runtimes.Builder(kind).Name(name).CleanupGrace(s_short).Build();
            Signal signal = new();
            runtime.Handle.Named("slow").Spawn(async () =>
            {
                try
                {
                    await signal.AsFuture();
                }
                finally
                {
                    await Kio.Shield(Kio.Sleep(s_hour));
                }
            });
            runtime.BlockOn(Expect.Until(() => signal.Polls > 0));
            end(runtime);
            string line = lines.Await(name);
            Assert.Contains("1 straggler(s)", line, StringComparison.Ordinal);
            Assert.Contains("\"slow\"", line, StringComparison.Ordinal);
            Assert.Contains("DroppedWorkTests.cs:", line, StringComparison.Ordinal);
            Assert.Contains("Dropped after", line, StringComparison.Ordinal);
            runtime.Dispose();
            Assert.Single(lines.Of(name));
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.WithWorkers), MemberType = typeof(Runtimes))]
    public void A_task_that_never_yields_is_told_of(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Lines lines = new();
        string name = $"stuck {kind} {Guid.NewGuid()}";
        Runtime runtime = Runtimes.Builder(kind).Name(name).CleanupGrace(s_short).Build();
        using ManualResetEventSlim started = new();
        using ManualResetEventSlim stop = new();
        runtime.Handle.Named("blocks").Spawn(async () =>
        {
            started.Set();
            stop.Wait();
        });
        started.Wait();
        runtime.Dispose();
        string line = Assert.Single(lines.Of(name));
        Assert.Contains("\"blocks\"", line, StringComparison.Ordinal);
        Assert.Contains("StillRunning", line, StringComparison.Ordinal);
        stop.Set();
        runtime.Dispose();
        Assert.Single(lines.Of(name));
    });

    [Fact]
    public void Inside_a_task_that_does_not_wait_for_it_is_told_of_too() => Bounded.Run(() =>
    {
        using Lines lines = new();
        string name = $"inside {Guid.NewGuid()}";
        Runtime runtime = Runtimes.Builder(RuntimeKind.OneWorker).Name(name).CleanupGrace(s_short).Build();
        runtime.Spawn(async () =>
        {
            runtime.Dispose();
            await Kio.Shield(Kio.Sleep(s_hour));
        });
        lines.Await(name);
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void Nothing_is_said_where_nothing_is_dropped(RuntimeKind kind) => Bounded.Run(() =>
    {
        using Lines lines = new();
        string name = $"clean {kind} {Guid.NewGuid()}";
        Runtime runtime = Runtimes.Builder(kind).Name(name).CleanupGrace(s_hour).Build();
        runtime.ShutdownToken.Register(() => { });
        for (int i = 0; i < 10; i++)
        {
            runtime.Spawn(async () =>
            {
                try
                {
                    await Kio.Sleep(s_hour);
                }
                finally
                {
                    await Kio.YieldNow();
                }
            });
        }

        runtime.BlockOn(async () => await Kio.YieldNow());
        runtime.Dispose();
        Assert.Empty(lines.Of(name));
    });

    /// <summary>What is told to trace listeners.</summary>
    private sealed class Lines : TraceListener
    {
        private readonly List<string> _lines = [];

        internal Lines() => Trace.Listeners.Add(this);

        public override void Write(string? message)
        {
        }

        public override void WriteLine(string? message)
        {
            lock (_lines)
            {
                _lines.Add(message ?? "");
            }
        }

        internal string[] Of(string runtime)
        {
            lock (_lines)
            {
                return [.. _lines.Where(line => line.Contains($"'{runtime}' has ended", StringComparison.Ordinal))];
            }
        }

        internal string Await(string runtime)
        {
            SpinWait.SpinUntil(() => Of(runtime).Length > 0);
            return Of(runtime)[0];
        }

        protected override void Dispose(bool disposing)
        {
            Trace.Listeners.Remove(this);
            base.Dispose(disposing);
        }
    }
}
