using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace Kioto.Tests;

public sealed class DetachTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Detached_tasks_run(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        TaskCompletionSource[] done = [new(), new(), new()];
        Kio.Detach(async () =>
        {
            await Kio.YieldNow();
            done[0].SetResult();
        });
        Kio.Detach(Set(done[1]));
        Kio.Detach(async Task () =>
        {
            await Task.Yield();
            done[2].SetResult();
        });
        await Task.WhenAll(done[0].Task, done[1].Task, done[2].Task);

        static async Future Set(TaskCompletionSource source)
        {
            await Kio.YieldNow();
            source.SetResult();
        }
    });

    [Theory]
    [MemberData(nameof(Runtimes.All), MemberType = typeof(Runtimes))]
    public void The_failure_of_a_detached_task_is_reported_once(RuntimeKind kind) => Bounded.Run(() =>
    {
        List<string> reports = [];
        TaskCompletionSource all = new();
        using Runtime runtime = Runtimes.Builder(kind).OnUnhandledFailure(failure =>
        {
            lock (reports)
            {
                reports.Add(failure.Message);
                if (reports.Count == 4)
                {
                    all.SetResult();
                }
            }
        }).Build();
        runtime.BlockOn(async () =>
        {
            Kio.Detach(async () =>
            {
                await Kio.YieldNow();
                throw new FormatException("function");
            });
            Kio.Detach(Fail());
            Kio.Detach(async Task () =>
            {
                await Task.Yield();
                throw new FormatException("task");
            });
            Kio.Detach(async Task () =>
            {
                AsyncVoid();
                await Task.Yield();
            });
            await all.Task;
        });
        reports.Sort(StringComparer.Ordinal);
        Assert.Equal(["async void", "function", "future", "task"], reports);

        static async Future Fail()
        {
            await Kio.YieldNow();
            throw new FormatException("future");
        }

        static async void AsyncVoid()
        {
            await Task.Yield();
            throw new FormatException("async void");
        }
    });

    [Fact]
    public void A_detached_task_that_shutdown_aborts_is_no_failure() => Bounded.Run(() =>
    {
        List<Exception> reports = [];
        Signal signal = new();
        using (Runtime runtime = Runtimes.Builder(RuntimeKind.TwoWorkers).OnUnhandledFailure(reports.Add).Build())
        {
            runtime.RunTask(async () =>
            {
                Kio.Detach(async () => await signal.AsFuture());
                await Expect.Until(() => signal.Polls > 0);
            });
        }

        Assert.Empty(reports);
    });
}
