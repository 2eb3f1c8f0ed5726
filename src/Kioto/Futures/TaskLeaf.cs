using System;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>A .NET Task as a future.</summary>
/// <typeparam name="T">The result type; <see cref="Unit"/> for a Task without one.</typeparam>
internal sealed class TaskLeaf<T> : LeafSource<T>
{
    private readonly Action _continuation;
    private Task? _task;
    private bool _detach;
    private bool _registered;

    // INVARIANT: as in ForeignLeaf; the task's own completion is the flag.
    private WakeTarget? _target;

    public TaskLeaf() => _continuation = () => Volatile.Read(ref _target)?.Wake();

    /// <summary>Wraps a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="detach">Whether cancelling lets the task run on alone; otherwise it is waited for.</param>
    /// <returns>The future.</returns>
    internal static Future<T> Await(Task task, bool detach)
    {
        ArgumentNullException.ThrowIfNull(task);
        TaskLeaf<T> leaf = SourcePool<TaskLeaf<T>>.Rent(Ambient.Current);
        leaf._task = task;
        leaf._detach = detach;
        return new Future<T>(leaf, leaf.Version);
    }

    internal override void Describe(LeafDescription into) => into.Set($"{TypeNames.Of(_task!.GetType())} of .NET", _task);

    private protected override bool Poll(ref PollContext context)
    {
        Task task = _task!;
        if (!task.IsCompleted)
        {
            // ORDERING: full fence between writing the target and reading the task's state; the task completes with
            // an atomic operation before it runs its continuation.
            Interlocked.Exchange(ref _target, context.Waker.Target);
            if (!_registered)
            {
                _registered = true;
                using (InlineWakeContext.Enter())
                {
                    task.ConfigureAwait(true).GetAwaiter().UnsafeOnCompleted(_continuation);
                }
            }

            if (!task.IsCompleted)
            {
                return false;
            }
        }

        return Finish(task);
    }

    private protected override bool Withdraw() => _detach || _task!.IsCompleted || Ambient.Current.Strand is { IsDetaching: true };

    private protected override void Recycle(Ambient ambient)
    {
        // The continuation may still be in the task's hands: then it keeps this object, without a target.
        bool reusable = !_registered || _task!.IsCompleted;
        _target = null;
        _task = null;
        _registered = false;
        ClearOutcome();
        if (reusable)
        {
            SourcePool<TaskLeaf<T>>.Return(ambient, this);
        }
    }

    private bool Finish(Task task)
    {
        if (task.IsCompletedSuccessfully)
        {
            return Complete(typeof(T) == typeof(Unit) ? default! : ((Task<T>)task).Result);
        }

        if (task.IsFaulted)
        {
            Error = ExceptionDispatchInfo.Capture(task.Exception!.InnerExceptions[0]);
            State = SourceState.Done;
            return true;
        }

        return Fail(new TaskCanceledException(task));
    }
}
