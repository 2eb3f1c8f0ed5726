using System.Threading;
using ModelChecking;

namespace Kioto;

/// <summary>
/// Takes the place of <see cref="System.Threading.Lock"/>. The lock statement knows only the original by name and
/// would use a monitor, which the explorer cannot see; sources say <c>using (_lock.EnterScope())</c> instead.
/// </summary>
internal sealed class Lock
{
    private readonly ModelLock _state = new();

    public bool IsHeldByCurrentThread => _state.Owner is { } owner && owner == ModelThread.Current;

    public void Enter()
    {
        if (ModelThread.Current is { } thread)
        {
            thread.Execution.TryLock(thread, _state, wait: true);
        }
    }

    public bool TryEnter() =>
        ModelThread.Current is not { } thread || thread.Execution.TryLock(thread, _state, wait: false);

    public void Exit()
    {
        if (ModelThread.Current is not { } thread)
        {
            return;
        }

        if (_state.Owner != thread && thread.Execution.Failure is null)
        {
            throw new SynchronizationLockException("The lock is held by another thread or none.");
        }

        thread.Execution.Unlock(thread, _state);
    }

    public Scope EnterScope()
    {
        Enter();
        return new Scope(this);
    }

    /// <summary>Exits the lock when disposed.</summary>
    public readonly ref struct Scope
    {
        private readonly Lock _lock;

        internal Scope(Lock @lock) => _lock = @lock;

        public void Dispose() => _lock.Exit();
    }
}
