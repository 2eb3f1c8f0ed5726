using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>Workers that share nothing but their end.</summary>
internal static class PerCoreModel
{
    /// <summary>One worker's task wakes another's, and the driver that it uses is alive until both have ended.</summary>
    internal static void EndTogether()
    {
        Clock.Now = 0;
        var ended = new Latch(1);
        var group = new WorkerGroup(2, ended.Signal);
        var root = new CurrentThreadScheduler(new RuntimeOptions());
        var first = new CurrentThreadScheduler(new RuntimeOptions(), root, group, 0);
        var second = new CurrentThreadScheduler(new RuntimeOptions(), root, group, 1);
        var task = new ModelTask(_ => false)
        {
            // Its cleanup uses a timer of the other worker's driver: starting one throws when that has gone.
            Ended = () => first.Driver.Timers.Start(new PlainTimer { Deadline = 9_000_000, Target = new ParkedThread() }, 0),
        };
        Assert.True(second.TrySpawn(task));
        ModelHandle one = Model.Spawn(first.RunWorker);
        ModelHandle two = Model.Spawn(second.RunWorker);
        first.CloseWorker(1_000_000_000);
        second.CloseWorker(1_000_000_000);
        ended.Wait();
        one.Join();
        two.Join();
        Assert.Equal(1, task.Completions);
    }

    /// <summary>A task of one worker spawns onto the other, which sleeps.</summary>
    internal static void SpawnAcross()
    {
        Clock.Now = 0;
        var done = new Latch(1) { Last = () => Model.Calm(true) };
        var ended = new Latch(1);
        var group = new WorkerGroup(2, ended.Signal);
        var root = new CurrentThreadScheduler(new RuntimeOptions());
        var first = new CurrentThreadScheduler(new RuntimeOptions(), root, group, 0);
        var second = new CurrentThreadScheduler(new RuntimeOptions(), root, group, 1);
        Model.Spawn(first.RunWorker);
        Model.Spawn(second.RunWorker);
        Assert.True(first.TrySpawn(ModelTask.Once(() => Assert.True(second.TrySpawn(ModelTask.Once(done.Signal))))));
        done.Wait();
        first.CloseWorker(1);
        second.CloseWorker(1);
        ended.Wait();
    }
}
