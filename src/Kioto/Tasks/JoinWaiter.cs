namespace Kioto;

/// <summary>One leaf's place among those who wait for a task. A mutable struct that is never copied: a field of the leaf.</summary>
internal struct JoinWaiter
{
    private WakeTarget? _target;

    /// <summary>Waits, with the waker of the latest poll.</summary>
    /// <param name="slot">The task's.</param>
    /// <param name="target">The current waker's target.</param>
    /// <returns>False when the task has completed.</returns>
    internal bool TryWait(ref JoinSlot slot, WakeTarget target)
    {
        if (ReferenceEquals(_target, target))
        {
            return !slot.IsCompleted;
        }

        Leave(ref slot);
        if (!slot.TryRegister(target))
        {
            return false;
        }

        _target = target;
        return true;
    }

    /// <summary>Waits no more.</summary>
    /// <param name="slot">The task's.</param>
    internal void Leave(ref JoinSlot slot)
    {
        if (_target is { } target)
        {
            _target = null;
            slot.Unregister(target);
        }
    }

    /// <summary>For the next user of a pooled leaf, when the task has completed.</summary>
    internal void Forget() => _target = null;
}
