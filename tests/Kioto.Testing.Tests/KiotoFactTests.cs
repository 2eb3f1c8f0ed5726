using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Testing.Tests;

/// <summary>The attributes, by using them; what must fail is run by <see cref="FailingTests"/>.</summary>
public sealed class KiotoFactTests
{
    public static TheoryData<string, int> Rows => new() { { "a", 1 }, { "bc", 2 } };

    public static IEnumerable<object[]> Unserializable => [[new List<int> { 1, 2 }]];

    [KiotoFact]
    public async Future A_future_runs_on_a_current_thread_runtime()
    {
        int thread = Environment.CurrentManagedThreadId;
        await Kio.YieldNow();
        Assert.Equal(thread, await Kio.Spawn(async () => Environment.CurrentManagedThreadId));
        Assert.Equal(1, RuntimeHandle.Current.WorkerThreads);
    }

    [KiotoFact(StartPaused = true)]
    public async Future Time_stands_still()
    {
        Assert.True(RuntimeHandle.Current.Clock.IsPaused);
        Instant start = Instant.Now;
        await Kio.Sleep(TimeSpan.FromHours(3));
        Assert.Equal(start + TimeSpan.FromHours(3), Instant.Now);
    }

    [KiotoFact(Flavor = RuntimeFlavor.Local, StartPaused = true)]
    public async Future Time_stands_still_on_a_local_runtime_too()
    {
        Instant start = Instant.Now;
        await Kio.Sleep(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.FromHours(1), start.Elapsed);
    }

    [KiotoFact(Flavor = RuntimeFlavor.MultiThread, WorkerThreads = 3)]
    public async Future Worker_threads_are_as_asked()
    {
        await Kio.YieldNow();
        Assert.Equal(3, RuntimeHandle.Current.WorkerThreads);
    }

    [KiotoFact]
    public async Task A_Task_runs_there_too()
    {
        await Task.Yield();
        Assert.NotNull(RuntimeHandle.TryCurrent);
    }

    [KiotoFact]
    public async ValueTask So_does_a_ValueTask()
    {
        await Task.Yield();
        Assert.NotNull(RuntimeHandle.TryCurrent);
    }

    [KiotoFact]
    public void So_does_a_method_without_result() => Assert.NotNull(RuntimeHandle.TryCurrent);

    [KiotoFact(AllowLeakedTasks = true)]
    public void Leaks_may_be_allowed() => Kio.Detach(() => Kio.Sleep(Timeout.InfiniteTimeSpan));

    [KiotoFact]
    public void A_task_that_is_about_to_end_is_no_leak() => Kio.Detach(async () => await Kio.YieldNow());

    [KiotoFact]
    public async Future The_tests_context_is_there()
    {
        await Kio.YieldNow();
        Assert.Equal(nameof(The_tests_context_is_there), TestContext.Current.TestMethod?.MethodName);
    }

    [KiotoTheory(StartPaused = true)]
    [MemberData(nameof(Rows))]
    [InlineData("", 0)]
    public async Future A_theory_runs_each_row(string text, int length)
    {
        await Kio.Sleep(TimeSpan.FromHours(1));
        Assert.Equal(length, text.Length);
    }

    [KiotoTheory(Flavor = RuntimeFlavor.MultiThread)]
    [MemberData(nameof(Unserializable), DisableDiscoveryEnumeration = true)]
    public async Future A_theory_runs_data_that_cannot_be_enumerated_before(List<int> numbers)
    {
        await Kio.YieldNow();
        Assert.Equal(2, numbers.Count);
        Assert.Equal(2, RuntimeHandle.Current.WorkerThreads);
    }
}
