using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Tests;

[Collection(SerialCollection.Name)]
public sealed class StarvedThreadPoolTests
{
    [Theory]
    [InlineData(TaskCreationOptions.None)]
    [InlineData(TaskCreationOptions.RunContinuationsAsynchronously)]
    public void A_Task_completed_by_a_plain_thread_resumes_at_once(TaskCreationOptions options) =>
        WhileStarved(runtime => runtime.RunTask(async () =>
        {
            for (int i = 0; i < 20; i++)
            {
                TaskCompletionSource<int> source = new(options);
                new Thread(() =>
                {
                    SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
                    source.SetResult(i);
                })
                { IsBackground = true }.Start();
                Assert.Equal(i, await source.Task);
                Assert.Equal(i, await source.Task.AsFuture());
            }
        }));

    [Fact]
    public void Task_based_code_of_a_runtime_goes_on() => WhileStarved(runtime => runtime.BlockOn(async Task () =>
    {
        for (int i = 0; i < 20; i++)
        {
            await Task.Yield();
            await Kio.Sleep(TimeSpan.FromMilliseconds(1));
            await Kio.Spawn(async () => await Kio.YieldNow());
        }
    }));

    [Fact]
    public void Blocking_closures_have_threads_of_their_own() => WhileStarved(runtime =>
        Assert.Equal(7, runtime.BlockOn(runtime.SpawnBlocking(() => 7).AsFuture())));

    private static void WhileStarved(Action<Runtime> body) => Bounded.Run(() =>
    {
        // Far more blocked items than the pool gives threads for within the test.
        using ManualResetEventSlim release = new();
        using CountdownEvent left = new(200);
        for (int i = 0; i < 200; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    release.Wait();
                    left.Signal();
                },
                null);
        }

        try
        {
            using Runtime runtime = Runtimes.Create(RuntimeKind.TwoWorkers);
            Stopwatch watch = Stopwatch.StartNew();
            body(runtime);

            // A real-time bound, and a lax one: through the pool each hop would take half a second or more.
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(4), $"It took {watch.Elapsed}.");
        }
        finally
        {
            release.Set();
        }

        left.Wait();
    });
}
