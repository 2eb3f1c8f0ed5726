using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>The current-thread scheduler: threads in BlockOn hand the core over, sleep on the driver, and are woken.</summary>
internal static class CurrentThreadModel
{
    /// <summary>A future that BlockOn drives is woken from outside.</summary>
    internal static void WakeBlockOn()
    {
        var scheduler = Start();
        var root = new ModelRoot();
        Model.Spawn(root.Finish);
        scheduler.BlockOn(root.NewStrand());
    }

    /// <summary>BlockOn polls its future once, and once for the wake: not for tasks that come, run and end meanwhile.</summary>
    internal static void PollsOfBlockOn()
    {
        var scheduler = Start();
        var root = new ModelRoot();
        Assert.True(scheduler.TrySpawn(ModelTask.Once(static () => { })));
        Model.Spawn(() =>
        {
            Assert.True(scheduler.TrySpawn(ModelTask.Once(static () => { })));
            root.Finish();
        });
        scheduler.BlockOn(root.NewStrand());
        Assert.InRange(root.Polls, 1, 2);
    }

    /// <summary>A task is spawned from outside while BlockOn goes to sleep, and ends the future that BlockOn drives.</summary>
    internal static void SpawnFromOutside()
    {
        var scheduler = Start();
        var root = new ModelRoot();
        Model.Spawn(() => Assert.True(scheduler.TrySpawn(ModelTask.Once(root.Finish))));
        scheduler.BlockOn(root.NewStrand());
    }

    /// <summary>The same with a background task.</summary>
    internal static void SpawnBackgroundFromOutside()
    {
        var scheduler = Start();
        var root = new ModelRoot();
        ModelTask task = ModelTask.Once(root.Finish);
        task.IsBackground = true;
        Model.Spawn(() => Assert.True(scheduler.TrySpawn(task)));
        scheduler.BlockOn(root.NewStrand());
    }

    /// <summary>A background task is spawned while the scheduler closes, with a thread in BlockOn: it is refused, or it ends.</summary>
    internal static void SpawnBackgroundDuringClose()
    {
        var scheduler = Start();
        var root = new ModelRoot();
        ModelTask task = new(_ => false) { Ended = root.Finish, IsBackground = true };
        ModelHandle closer = Model.Spawn(scheduler.BeginShutdown);
        Model.Spawn(() =>
        {
            if (!scheduler.TrySpawn(task))
            {
                root.Finish();
            }
        });
        scheduler.BlockOn(root.NewStrand());
        closer.Join();
        Model.Calm(true);
    }

    /// <summary>A task that waits is woken from outside, and ends the future.</summary>
    internal static void WakeTaskFromOutside()
    {
        var scheduler = Start();
        var root = new ModelRoot();
        int[] written = new int[1];
        var task = new ModelTask(_ => Volatile.Read(ref written[0]) == 1) { Ended = root.Finish };
        Assert.True(scheduler.TrySpawn(task));
        Model.Spawn(() =>
        {
            Volatile.Write(ref written[0], 1);
            task.Wake();
        });
        scheduler.BlockOn(root.NewStrand());
    }

    /// <summary>Two threads in BlockOn, each ended from outside: one holds the core, and it changes hands.</summary>
    internal static void TwoBlockOns()
    {
        var scheduler = Start();
        var first = new ModelRoot();
        var second = new ModelRoot();
        Model.Spawn(() => scheduler.BlockOn(second.NewStrand()));
        Model.Spawn(() =>
        {
            first.Finish();
            second.Finish();
        });
        scheduler.BlockOn(first.NewStrand());
    }

    /// <summary>
    /// The second BlockOn waits for a task, which only the holder of the core can run: the core must come to it when
    /// the first one ends.
    /// </summary>
    internal static void CoreChangesHands()
    {
        var scheduler = Start();
        var first = new ModelRoot();
        var second = new ModelRoot();
        Model.Spawn(() =>
        {
            Assert.True(scheduler.TrySpawn(ModelTask.Once(second.Finish)));
            scheduler.BlockOn(second.NewStrand());
        });
        Model.Spawn(first.Finish);
        scheduler.BlockOn(first.NewStrand());
    }

    /// <summary>Three threads: one that was woken to take the core has ended on its own and passes the core on.</summary>
    internal static void CoreIsPassedOn()
    {
        // Begins when all three wait.
        Model.Calm(true);
        var scheduler = Start();
        var first = new ModelRoot();
        var second = new ModelRoot();
        var third = new ModelRoot();
        Model.Spawn(() => scheduler.BlockOn(second.NewStrand()));
        Model.Spawn(() => scheduler.BlockOn(third.NewStrand()));
        Model.Spawn(() =>
        {
            Model.Calm(false);
            first.Finish();
            second.Finish();
            Assert.True(scheduler.TrySpawn(ModelTask.Once(third.Finish)));
        });
        scheduler.BlockOn(first.NewStrand());
    }

    /// <summary>A closing scheduler unwinds its tasks, on a thread of its own if another holds the core.</summary>
    internal static void CloseDuringBlockOn()
    {
        var scheduler = Start();
        var root = new ModelRoot();
        var task = new ModelTask(_ => false) { Ended = root.Finish };
        Assert.True(scheduler.TrySpawn(task));
        Model.Calm(true);
        ModelHandle closer = Model.Spawn(() =>
        {
            Model.Calm(false);
            scheduler.BeginShutdown();
        });
        ModelHandle finisher = Model.Spawn(root.Finish);
        scheduler.BlockOn(root.NewStrand());
        closer.Join();
        finisher.Join();
    }

    /// <summary>The park hook spawns what ends the future that BlockOn drives.</summary>
    internal static void HookMakesWork()
    {
        Clock.Now = 0;
        var root = new ModelRoot();
        CurrentThreadScheduler scheduler = null!;
        bool once = false;
        scheduler = new CurrentThreadScheduler(new RuntimeOptions
        {
            OnPark = () =>
            {
                if (!once)
                {
                    once = true;
                    Assert.True(scheduler.TrySpawn(ModelTask.Once(root.Finish)));
                }
            },
        });
        scheduler.BlockOn(root.NewStrand());
    }

    private static CurrentThreadScheduler Start()
    {
        Clock.Now = 0;
        return new CurrentThreadScheduler(new RuntimeOptions());
    }
}
