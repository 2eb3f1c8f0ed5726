using System;
using System.Runtime.ExceptionServices;

namespace Kioto;

// What abort handles and groups see of a task.
internal sealed partial class TaskCell<T> : ISpawned
{
    ref JoinSlot ISpawned.Waiters => ref Join;

    bool ISpawned.WasAborted => WasAborted;

    ExceptionDispatchInfo? ISpawned.Error => ObserveError();

    TaskId ISpawned.Id => Id;

    ulong ISpawned.KnownId => KnownExtras is { } extras ? System.Threading.Volatile.Read(ref extras.Id) : 0; // ORDERING: uniqueness only.

    void ISpawned.Abort() => Abort();

    void ISpawned.SetBackground() => SetBackground();

    void ISpawned.SetFailures(FailurePolicy policy) => Failures = policy;

    void ISpawned.Start()
    {
        switch (Scheduler)
        {
            case RuntimeScheduler runtime when IsClosure:
                if (!TryEndAborted())
                {
                    runtime.Blocking.Spawn(this);
                }

                break;
            case RuntimeScheduler runtime:
                runtime.Spawn(this, Ambient.Current);
                break;
            default:
                ((LocalSetScheduler)Scheduler).Spawn(this);
                break;
        }
    }

    void ISpawned.StartLater()
    {
        if (!IsClosure || Scheduler is not RuntimeScheduler runtime)
        {
            ((ISpawned)this).Start();
        }
        else if (!TryEndAborted())
        {
            runtime.Blocking.SpawnLater(this);
            if (Status.IsCancelRequested)
            {
                runtime.BlockingPools.TryAbort(this); // Asked for before it could be found there.
            }
        }
    }

    void ISpawned.Drop() => Drop();

    void ISpawned.Report(Exception failure)
    {
        // User code, which is not part of the strand that polls.
        Ambient ambient = Ambient.Current;
        Strand? strand = ambient.Strand;
        ambient.Strand = null;
        Scheduler.ReportFailure(failure, new FailedTask(KnownId, Site), Failures);
        ambient.Strand = strand;
    }

    void IBlockingWork.Fail(Exception failure)
    {
        _hasOutcome = true;
        Publish(ExceptionDispatchInfo.Capture(failure), Ambient.Current);
    }

    private bool IsClosure => _kind is TaskBody.Closure or TaskBody.TokenClosure;

    // A closure that need not run needs no place in the pool, and no thread.
    private bool TryEndAborted()
    {
        if (!Status.IsCancelRequested)
        {
            return false;
        }

        OnKilled();
        return true;
    }

    // Once is enough: who is refused by a group is dropped by it, and by who gave it there.
    private void Drop()
    {
        object? body = _body is ContextBody wrapped ? wrapped.Body : _body;
        _body = null;
        if (_kind == TaskBody.Source && body is FutureSource source)
        {
            source.Abandon();
        }
    }
}
