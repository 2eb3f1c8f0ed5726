using System;
using System.Linq;

namespace Kioto.Tests;

public sealed class AffinityTests
{
    [Fact]
    public void A_set_knows_its_numbers()
    {
        CpuSet set = CpuSet.Of(8, 0, 1, 2, 3, 64);
        Assert.Equal([0, 1, 2, 3, 8, 64], set);
        Assert.Equal(6, set.Count);
        Assert.True(set.Contains(64));
        Assert.False(set.Contains(63));
        Assert.False(set.Contains(-1));
        Assert.False(set.Contains(int.MaxValue));
        Assert.Equal("0-3,8,64", set.ToString());
        Assert.Equal(CpuSet.Range(2, 3), CpuSet.Of(4, 3, 2));
        Assert.Equal(CpuSet.Range(2, 3).GetHashCode(), CpuSet.Of(4, 3, 2).GetHashCode());
        Assert.NotEqual(CpuSet.Of(1), CpuSet.Of(2));
        Assert.False(CpuSet.Of(1).Equals(null));
        Assert.Throws<ArgumentException>(() => CpuSet.Of());
        Assert.Throws<ArgumentOutOfRangeException>(() => CpuSet.Of(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => CpuSet.Of(8192));
        Assert.Throws<ArgumentOutOfRangeException>(() => CpuSet.Range(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => CpuSet.Range(8190, 3));
        Assert.NotEmpty(CpuSet.Allowed);
    }

    [Fact]
    public void A_set_that_the_process_may_not_use_is_refused_in_Build()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere affinity does nothing, as documented.");
        int forbidden = Enumerable.Range(0, 8192).First(cpu => !CpuSet.Allowed.Contains(cpu));
        Assert.Contains("WorkerAffinity(1)", Assert.Throws<InvalidOperationException>(
            () => Runtime.CreateBuilder().WorkerThreads(2).WorkerAffinity(i => CpuSet.Of(i == 1 ? forbidden : CpuSet.Allowed.First())).Build())
            .Message, StringComparison.Ordinal);
        Assert.Contains("BlockingAffinity", Assert.Throws<InvalidOperationException>(
            () => Runtime.CreateBuilder().BlockingAffinity(CpuSet.Of(forbidden)).Build()).Message, StringComparison.Ordinal);
        Assert.Contains("worker 0", Assert.Throws<InvalidOperationException>(
            () => Runtime.CreateBuilder().WorkerAffinity(_ => null!).Build()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RuntimeKind.TwoWorkers)]
    [InlineData(RuntimeKind.FourWorkers)]
    [InlineData(RuntimeKind.PerCore)]
    public void Pinned_workers_stay_on_a_processor_each_and_blocking_threads_do_not(RuntimeKind kind) => Bounded.Run(() =>
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere affinity does nothing, as documented.");
        int[] allowed = [.. CpuSet.Allowed];
        System.Collections.Concurrent.ConcurrentDictionary<int, string> places = new();
        using Runtime runtime = Runtimes.Builder(kind).PinWorkers()
            .OnThreadStart(thread =>
            {
                if (thread.WorkerIndex is { } index)
                {
                    places[index] = CpuSet.OfCurrentThread!.ToString();
                }
            })
            .Build();

        // A blocking thread is started by the worker that spawns the closure.
        runtime.RunTask(async () => Assert.Equal(CpuSet.Allowed, await Kio.SpawnBlocking(() => CpuSet.OfCurrentThread)));
        runtime.Dispose();
        Assert.Equal(runtime.Handle.WorkerThreads, places.Count);
        foreach ((int index, string place) in places)
        {
            Assert.Equal(CpuSet.Of(allowed[index % allowed.Length]).ToString(), place);
        }
    });

    [Fact]
    public void Workers_and_blocking_threads_have_sets_of_their_own() => Bounded.Run(() =>
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere affinity does nothing, as documented.");
        int[] allowed = [.. CpuSet.Allowed];
        CpuSet first = CpuSet.Of(allowed[0]);
        CpuSet last = CpuSet.Of(allowed[^1]);
        using Runtime runtime = Runtime.CreateBuilder().WorkerThreads(1)
            .WorkerAffinity(_ => CpuSet.Of(allowed[0], 8191)) // What it may not use is left out.
            .BlockingAffinity(last)
            .Build();
        runtime.RunTask(async () =>
        {
            Assert.Equal(first, CpuSet.OfCurrentThread);
            Assert.Equal(last, await Kio.SpawnBlocking(() => CpuSet.OfCurrentThread));
            Assert.Equal(first, CpuSet.OfCurrentThread);
        });
    });
}
