using System;
using System.Runtime.ExceptionServices;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>A .NET Task as a future.</summary>
/// <typeparam name="T">The result type; <see cref="Unit"/> for a Task without one.</typeparam>
internal sealed class TaskLeaf<T> : LeafSource<T>
{
    private Task? _task;
    private bool _detach;

    // What this leaf has at hand; once registered, the task has it too.
    private TaskWake? _wake;
    private bool _registered;

    // What flows with the task's code, if that is a task of Kioto.
    private FlowingTask? _flowing;

    internal override string Description => "a Task";

    /// <summary>Wraps a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="detach">Whether cancelling lets the task run on alone; otherwise it is waited for.</param>
    /// <param name="flowing">What flows with the task's code, to be forgotten at its end.</param>
    /// <returns>The future.</returns>
    internal static Future<T> Await(Task task, bool detach, FlowingTask? flowing = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        TaskLeaf<T> leaf = SourcePool<TaskLeaf<T>>.Rent(Ambient.Current);
        leaf._task = task;
        leaf._detach = detach;
        leaf._flowing = flowing;
        return new Future<T>(leaf, leaf.Version);
    }

    internal override void Describe(LeafDescription into) => into.Set($"{TypeNames.Of(_task!.GetType())} of .NET", _task);

    private protected override bool Poll(ref PollContext context)
    {
        Task task = _task!;
        if (!task.IsCompleted)
        {
            if (_registered)
            {
                _wake!.SetTarget(context.Waker.Target);
            }
            else
            {
                Register(task, context.Waker.Target);
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
        if (_registered)
        {
            _wake!.Forget();
            if (!_task!.IsCompleted)
            {
                // It is in the task's hands still.
                ParkedWakes.Park(_task, _wake);
                _wake = null;
            }
        }

        _flowing?.Forget();
        _flowing = null;
        _task = null;
        _registered = false;
        ClearOutcome();
        SourcePool<TaskLeaf<T>>.Return(ambient, this);
    }

    private void Register(Task task, WakeTarget? target)
    {
        _registered = true;
        if (ParkedWakes.TryTake(task) is { } parked)
        {
            _wake = parked;
            parked.SetTarget(target);
            return;
        }

        _wake ??= new TaskWake();
        _wake.SetTarget(target);
        using (InlineWakeContext.Enter())
        {
            task.ConfigureAwait(true).GetAwaiter().UnsafeOnCompleted(_wake.Continuation);
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
