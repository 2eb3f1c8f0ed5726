using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>Several workers that share nothing: each is a current-thread scheduler with a driver and a thread of its own.</summary>
/// <remarks>
/// On a worker the current scheduler is the worker's: what runs there finds its queues, timers and driver without coming
/// here. This object stands for the whole runtime on all other threads, and gives each new task to the next worker.
/// INVARIANT: a task's scheduler is its worker, from TrySpawn (a bridge's: TryRegister) on.
/// </remarks>
internal sealed class PerCoreScheduler : RuntimeScheduler
{
    private readonly CurrentThreadScheduler[] _workers;

    // INVARIANT: any thread counts it up; which worker is next matters to nobody.
    private int _next = -1;

    // INVARIANT: written once, by Close.
    private bool _closed;

    internal PerCoreScheduler(RuntimeOptions options)
        : base(options)
    {
        WorkerGroup group = new(options.WorkerThreads, SetEnded);
        _workers = new CurrentThreadScheduler[options.WorkerThreads];
        for (int i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new CurrentThreadScheduler(options, this, group, i);
        }

        Driver = _workers[0].Driver;
        for (int i = 0; i < _workers.Length; i++)
        {
            Threads.StartWorker(this, i, _workers[i].RunWorker);
        }
    }

    internal override bool IsClosed => Volatile.Read(ref _closed); // ORDERING: a hint; each worker decides for itself.

    internal override RuntimeScheduler WorkerScheduler(int worker) => _workers[worker];

    internal override RuntimeScheduler PartFor(Ambient ambient) => WorkerOf(ambient) ?? Next();

    internal override bool IsWorker(Ambient ambient) => WorkerOf(ambient) is not null;

    internal override int WorkerIndex(Ambient ambient) => WorkerOf(ambient) is { } worker ? worker.WorkerIndex(ambient) : -1;

    internal override List<TaskHeader> LiveTasks()
    {
        List<TaskHeader> tasks = [];
        foreach (CurrentThreadScheduler worker in _workers)
        {
            tasks.AddRange(worker.LiveTasks());
        }

        return tasks;
    }

    internal override bool TrySpawn(TaskHeader task, Ambient ambient)
    {
        CurrentThreadScheduler worker = WorkerOf(ambient) ?? Next();
        task.Scheduler = worker;
        return worker.TrySpawn(task, ambient);
    }

    internal override bool TryRegister(TaskHeader task, Ambient ambient)
    {
        CurrentThreadScheduler worker = WorkerOf(ambient) ?? Next();
        task.Scheduler = worker;
        return worker.TryRegister(task, ambient);
    }

    internal override void Unregister(TaskHeader task, Ambient ambient) => task.Scheduler.Unregister(task, ambient);

    internal override void Schedule(TaskHeader task, Ambient ambient) => task.Scheduler.Schedule(task, ambient);

    internal override bool AllWorkersSleep
    {
        get
        {
            foreach (CurrentThreadScheduler worker in _workers)
            {
                if (!worker.AllWorkersSleep)
                {
                    return false;
                }
            }

            return true;
        }
    }

    internal override WorkerMetrics ReadWorker(int index) => _workers[index].ReadWorker(index);

    internal override long SharedQueueDepth()
    {
        long taken = 0;
        foreach (CurrentThreadScheduler worker in _workers)
        {
            taken += worker.SharedTaken;
        }

        return long.Max(0, Counts!.Sum().Remote - taken);
    }

    internal override long BackgroundQueueDepth()
    {
        long taken = 0;
        foreach (CurrentThreadScheduler worker in _workers)
        {
            taken += worker.BackgroundTaken;
        }

        long put = Counts!.Sum().RemoteBackground;
        foreach (CurrentThreadScheduler worker in _workers)
        {
            put += worker.BackgroundPushes;
        }

        return long.Max(0, put - taken);
    }

    internal override IoCounts ReadIo()
    {
        IoCounts sum = default;
        foreach (CurrentThreadScheduler worker in _workers)
        {
            IoCounts one = worker.ReadIo();
            sum = new IoCounts(sum.Registered + one.Registered, sum.Deregistered + one.Deregistered, sum.Ready + one.Ready);
        }

        return sum;
    }

    private protected override void SetObserver(TaskObserver? observer)
    {
        base.SetObserver(observer);
        foreach (CurrentThreadScheduler worker in _workers)
        {
            worker.Observe(observer);
        }
    }

    internal override void KillBy(long at)
    {
        foreach (CurrentThreadScheduler worker in _workers)
        {
            worker.KillBy(at);
        }
    }

    internal override void BlockOn(BlockOnStrand strand) => strand.RunOnThread(this);

    private protected override void Close(long graceNanos)
    {
        Volatile.Write(ref _closed, true); // ORDERING: publication.
        foreach (CurrentThreadScheduler worker in _workers)
        {
            worker.CloseWorker(graceNanos);
        }
    }

    private CurrentThreadScheduler? WorkerOf(Ambient ambient) =>
        ambient.Worker is CurrentThreadScheduler worker && ReferenceEquals(worker.Root, this) ? worker : null;

    private CurrentThreadScheduler Next() =>
        _workers[(uint)Interlocked.Increment(ref _next) % (uint)_workers.Length]; // ORDERING: none needed.
}
