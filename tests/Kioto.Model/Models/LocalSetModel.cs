using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>A local set: one thread drives it and sleeps, others wake its tasks, spawn on it, and stop driving it.</summary>
internal static class LocalSetModel
{
    /// <summary>The root is woken from outside.</summary>
    internal static void WakeRoot()
    {
        var root = new Flagged();
        Driving driving = Start(new LocalSetScheduler(), root.Task);
        Model.Spawn(root.Finish);
        driving.Run();
    }

    /// <summary>A task is woken from outside, and ends the root.</summary>
    internal static void WakeTask()
    {
        var root = new Flagged();
        var task = new Flagged(root.Finish);
        var set = new LocalSetScheduler();
        Driving driving = Start(set, root.Task);
        Assert.True(TrySpawn(set, task.Task));
        Model.Spawn(task.Finish);
        driving.Run();
        Assert.Equal(1, task.Task.Completions);
    }

    /// <summary>Two threads: one wakes the root for nothing, the other a task that ends it.</summary>
    internal static void WakeRootAndTask()
    {
        var root = new Flagged();
        var task = new Flagged(root.Finish);
        var set = new LocalSetScheduler();
        Driving driving = Start(set, root.Task);
        Assert.True(TrySpawn(set, task.Task));
        Model.Spawn(root.Task.Wake);
        Model.Spawn(task.Finish);
        driving.Run();
        Assert.Equal(1, task.Task.Completions);
    }

    /// <summary>
    /// A thread wakes the root for nothing, and then a task: the poll that the first wake asks for may find what it was
    /// for done already, and registers with nothing to run.
    /// </summary>
    internal static void WakeBehindAnother()
    {
        Model.Calm(true);
        var root = new Flagged();
        var task = new Flagged(root.Finish);
        var set = new LocalSetScheduler();
        Driving driving = Start(set, root.Task);
        Assert.True(TrySpawn(set, task.Task));
        driving.Poll();
        Model.Calm(false);
        Model.Spawn(() =>
        {
            root.Task.Wake();
            task.Finish();
        });
        driving.Run();
        Assert.Equal(1, task.Task.Completions);
    }

    /// <summary>A task is spawned from outside, runs on the set's thread, and ends the root.</summary>
    internal static void SpawnFromOutside()
    {
        var root = new Flagged();
        var set = new LocalSetScheduler();
        Driving driving = Start(set, root.Task);
        ModelTask task = ModelTask.Once(root.Finish);
        Model.Spawn(() => Assert.True(TrySpawn(set, task)));
        driving.Run();
        Assert.Equal(1, task.Completions);
    }

    /// <summary>Of two futures that drive a set the one whose waker it has leaves, while a task of the set is woken.</summary>
    internal static void DriverLeaves()
    {
        Model.Calm(true);
        var set = new LocalSetScheduler();
        var first = new Flagged();
        var second = new Flagged();
        var task = new Flagged(second.Finish);
        Driving stays = Start(set, second.Task);
        Driving leaves = Start(set, first.Task);
        Assert.True(TrySpawn(set, task.Task));
        stays.Poll();
        leaves.Poll();
        Model.Calm(false);
        Model.Spawn(leaves.Leave);
        Model.Spawn(task.Finish);
        stays.Sleep();
        stays.Run();
        Assert.Equal(1, task.Task.Completions);
    }

    /// <summary>A set is disposed while another thread spawns on it: the task is refused, or ends once.</summary>
    internal static void CloseDuringSpawn()
    {
        var set = new LocalSetScheduler();
        var task = new Flagged();
        bool accepted = false;
        ModelHandle spawner = Model.Spawn(() => accepted = TrySpawn(set, task.Task));
        set.Dispose();
        spawner.Join();
        Assert.Equal(accepted ? 1 : 0, task.Task.Completions);
    }

    /// <summary>A set is disposed while another thread wakes a task of it: it is unwound once.</summary>
    internal static void CloseDuringWake()
    {
        var set = new LocalSetScheduler();
        var task = new Flagged();
        Assert.True(set.TryBind(Ambient.Current));
        Assert.True(TrySpawn(set, task.Task));
        ModelHandle waker = Model.Spawn(task.Finish);
        set.Dispose();
        waker.Join();
        Assert.Equal(1, task.Task.Completions);
    }

    private static Driving Start(LocalSetScheduler set, ModelTask root) => new(set, root);

    private static bool TrySpawn(LocalSetScheduler set, ModelTask task)
    {
        Ambient ambient = Ambient.Current;
        task.Scheduler = set;
        if (!set.TryRegister(task, ambient))
        {
            return false;
        }

        set.Schedule(task, ambient);
        return true;
    }

    /// <summary>A task that ends when it is told to, from any thread.</summary>
    private sealed class Flagged
    {
        private int _finished;

        internal Flagged(System.Action? ended = null) =>
            Task = new ModelTask(_ => Volatile.Read(ref _finished) != 0) { Ended = ended };

        internal ModelTask Task { get; }

        internal void Finish()
        {
            Volatile.Write(ref _finished, 1);
            Task.Wake();
        }
    }

    /// <summary>What awaits a future that drives a set: it polls when it was woken, and sleeps in between.</summary>
    private sealed class Driving : Strand
    {
        private readonly ThreadParker _parker = new();
        private readonly LocalSetScheduler _set;
        private readonly LocalSetDriver _driver;

        internal Driving(LocalSetScheduler set, TaskHeader root)
        {
            _set = set;
            _driver = new LocalSetDriver(root);
            Assert.True(set.TryBind(Ambient.Current));
            set.Enter(_driver);
        }

        internal override void Wake() => _parker.Unpark();

        internal void Run()
        {
            Poll();
            while (!_driver.Root.Status.IsComplete)
            {
                Sleep();
                Poll();
            }

            Leave();
        }

        internal void Poll()
        {
            Ambient ambient = Ambient.Current;
            ambient.Strand = this;
            _set.Poll(ambient, _driver, this);
            ambient.Strand = null;
        }

        internal void Sleep() => _parker.Park();

        internal void Leave() => _set.Leave(_driver);
    }
}
