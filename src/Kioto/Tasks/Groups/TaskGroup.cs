using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto;

/// <summary>Tasks that belong together: who they are, how many may run at once, and who waits for their ends.</summary>
/// <remarks>
/// Any thread may spawn, abort and end; one waits at a time. INVARIANT, WAKE: who waits registers its waker, then looks
/// (<see cref="EndedList.Take"/>, or the counts under the lock); who changes something first makes that visible, then
/// wakes. INVARIANT, SLOTS: a task is queued only while as many as the limit run, and who ends one, or a thread that is
/// at it already, starts queued ones as long as there are slots.
/// </remarks>
internal abstract class TaskGroup : ITaskHolder
{
    /// <summary>Any number may run at once.</summary>
    internal const int NoLimit = int.MaxValue;

    private readonly Lock _lock = new();
    private readonly AtomicWaker _waker = new();
    private readonly int _limit;

    // INVARIANT: guarded by the lock, from here on.
    private MemberList _live = new(MemberPlace.Live);
    private MemberList _queued = new(MemberPlace.Queued);
    private bool _closed;

    // Taken out, and their failures are being reported: who waits for the end of all has not missed one.
    private int _leaving;

    // Whether tasks that are spawned from now on are aborted before they begin.
    private bool _cancelled;

    // With a limit: how many were started and have not ended; and whether some thread is starting queued ones.
    private int _running;
    private bool _starting;

    // INVARIANT: 1 while somebody waits; changed by exchange.
    private int _claimed;

    private protected TaskGroup(int limit) => _limit = limit;

    /// <summary>Whether its tasks are of the background class.</summary>
    /// <remarks>To be set before the first is spawned, as <see cref="Failures"/>.</remarks>
    internal bool IsBackground { get; set; }

    /// <summary>What happens to failures of its tasks that nobody observes; null leaves it to the runtime.</summary>
    internal FailurePolicy? Failures { get; init; }

    /// <summary>The type that users know it by, for dumps and reports.</summary>
    internal Type? Owner { get; init; }

    /// <summary>What users know it by: <c>JoinSet&lt;Int32&gt;</c>.</summary>
    internal string Name => TypeNames.Of(Owner ?? GetType());

    /// <summary>What waiting for the end of all tasks is called.</summary>
    internal virtual string EndName => $"{Name}.ShutdownAsync";

    /// <summary>Whose ends waiting for the end of all tasks needs, unless something else may end it.</summary>
    internal virtual NeededEnds NeededAtEnd => NeededEnds.All;

    /// <summary>The task whose end alone ends the wait for the next one, where that is known. Any thread.</summary>
    internal virtual WakeTarget? NextInOrder => null;

    /// <summary>Tasks that were spawned, and whose outcomes nobody has taken.</summary>
    internal int Count
    {
        get
        {
            using (_lock.EnterScope())
            {
                return Present;
            }
        }
    }

    internal bool IsClosed
    {
        get
        {
            using (_lock.EnterScope())
            {
                return _closed;
            }
        }
    }

    /// <summary>Whether <see cref="TryCancel"/> was called.</summary>
    internal bool IsCancelled
    {
        get
        {
            using (_lock.EnterScope())
            {
                return _cancelled;
            }
        }
    }

    /// <summary>Takes a new task in and starts it, or queues it until there is a slot.</summary>
    /// <param name="member">A member that nobody has seen; its task was not started.</param>
    /// <exception cref="ObjectDisposedException">The group is closed.</exception>
    /// <exception cref="BlockingQueueFullException">It is a closure, there is a slot for it, and its pool is full.</exception>
    internal void Spawn(GroupMember member)
    {
        ISpawned task = member.Task!;
        if (!TryAdd(member, out bool start, out bool cancelled))
        {
            task.Drop();
            throw Closed();
        }

        if (cancelled)
        {
            task.Abort();
        }

        if (!start)
        {
            return;
        }

        try
        {
            task.Start();
        }
        catch
        {
            TakeBack(member);
            throw;
        }
    }

    /// <summary>Whether the member still waits for a slot.</summary>
    /// <param name="member">A member.</param>
    /// <returns>False when it was started.</returns>
    internal bool IsQueued(GroupMember member)
    {
        using (_lock.EnterScope())
        {
            return member.Place == MemberPlace.Queued;
        }
    }

    /// <summary>Takes back a task that has not been started.</summary>
    /// <param name="member">The member.</param>
    /// <returns>False when it was started.</returns>
    internal bool TryWithdraw(GroupMember member)
    {
        bool withdrawn;
        using (_lock.EnterScope())
        {
            withdrawn = _queued.Remove(member);
        }

        if (withdrawn)
        {
            WakeWaiter(); // It may have been the last.
        }

        return withdrawn;
    }

    /// <summary>A task was aborted: if it waits for a slot, it ends now. Any thread.</summary>
    /// <param name="member">The member.</param>
    internal void StartIfQueued(GroupMember member)
    {
        if (_limit == NoLimit)
        {
            return;
        }

        bool start;
        using (_lock.EnterScope())
        {
            start = _queued.Remove(member);
            if (start)
            {
                AddLive(member); // Beyond the limit: it runs nothing.
            }
        }

        if (start)
        {
            Start(member);
        }
    }

    /// <summary>A task has ended. Once a task, on the thread that ended it.</summary>
    /// <param name="member">The member.</param>
    internal void End(GroupMember member)
    {
        if (member.State.TransitionToEnded() == MemberEnd.Keep)
        {
            OnEnded(member);
        }
        else
        {
            member.Discard();
        }

        if (_limit != NoLimit)
        {
            StartNext();
        }
    }

    /// <summary>Asks all tasks to stop. Those that are spawned later are not concerned.</summary>
    internal void AbortAll()
    {
        List<GroupMember> members = [];
        using (_lock.EnterScope())
        {
            _live.CopyTo(members);
            _queued.CopyTo(members);
        }

        foreach (GroupMember member in members)
        {
            member.Abort();
        }
    }

    /// <summary>Asks all tasks to stop, and those that are spawned later before they begin.</summary>
    /// <returns>False when that was so already.</returns>
    internal bool TryCancel()
    {
        using (_lock.EnterScope())
        {
            if (_cancelled)
            {
                return false;
            }

            _cancelled = true;
        }

        AbortAll();
        return true;
    }

    /// <summary>Lets all tasks go: they run on alone, and what was queued is started.</summary>
    internal void DetachAll()
    {
        List<GroupMember> ended = [];
        List<GroupMember> queued = [];
        using (_lock.EnterScope())
        {
            while (_queued.Oldest is { } member)
            {
                _queued.Remove(member);
                AddLive(member);
                queued.Add(member);
            }

            while (_live.Oldest is { } member)
            {
                _live.Remove(member);
                OnLetGo(member);
                if (member.State.TransitionToDetached() == MemberDetach.Ended)
                {
                    ended.Add(member);
                }
            }

            ForgetEnded();
            _leaving += ended.Count;
        }

        foreach (GroupMember member in ended)
        {
            Leave(member);
        }

        foreach (GroupMember member in queued)
        {
            Start(member);
        }

        WakeWaiter();
    }

    /// <summary>Takes no more tasks in.</summary>
    /// <returns>False when that was so already.</returns>
    internal bool TryClose()
    {
        using (_lock.EnterScope())
        {
            bool closes = !_closed;
            _closed = true;
            return closes;
        }
    }

    /// <summary>Closes the group if it is empty.</summary>
    /// <returns>Whether it is.</returns>
    internal bool TryCloseEmpty()
    {
        using (_lock.EnterScope())
        {
            return _closed |= Present == 0;
        }
    }

    /// <summary>Takes out a task that has ended, in the order of their ends.</summary>
    /// <param name="isEmpty">If there is none: whether there are no tasks at all.</param>
    /// <returns>The member; its outcome is the caller's.</returns>
    internal GroupMember? TryTake(out bool isEmpty)
    {
        using (_lock.EnterScope())
        {
            while (TakeEnded() is { } member)
            {
                if (_live.Remove(member))
                {
                    isEmpty = Present == 0;
                    return member;
                }
            }

            isEmpty = Present == 0;
            return null;
        }
    }

    /// <summary>Somebody begins to wait.</summary>
    /// <exception cref="InvalidOperationException">Somebody else does already.</exception>
    internal void Claim()
    {
        if (Interlocked.Exchange(ref _claimed, 1) != 0) // ORDERING: who gets it has it alone.
        {
            throw new InvalidOperationException(
                "Another task waits for the tasks of this group already. One at a time: await JoinNextAsync, " +
                "JoinAllAsync, ShutdownAsync and DisposeAsync of one set in one place, or use a set for each.");
        }
    }

    /// <summary>Who waited does no more.</summary>
    internal void Unclaim()
    {
        _waker.Take();
        Volatile.Write(ref _claimed, 0); // ORDERING: release, pairs with Claim.
    }

    /// <summary>Keeps whom to wake. Called before looking.</summary>
    /// <param name="waker">The waker.</param>
    internal void Register(Waker waker) => _waker.Register(waker);

    /// <summary>Whoever waits looks again. Called after what it waits for has changed.</summary>
    internal void WakeWaiter() => _waker.Wake();

    /// <summary>A task has left the group, and nobody has asked for its outcome. Perhaps under the lock.</summary>
    /// <param name="member">The member.</param>
    internal virtual void OnLetGo(GroupMember member)
    {
    }

    /// <summary>Who waits for the end found no tasks.</summary>
    /// <returns>Whether that is the end; otherwise there are some again.</returns>
    internal virtual bool OnEmpty() => true;

    /// <summary>Who waits for the end is being cancelled, or was before and took too long.</summary>
    internal virtual void CancelWait() => AbortAll();

    /// <inheritdoc/>
    public bool TryAddRunning(List<WakeTarget> tasks, int most)
    {
        using (_lock.EnterScope())
        {
            for (GroupMember? member = _live.Oldest; member is not null; member = member.Newer)
            {
                if (most-- == 0)
                {
                    return false;
                }

                if (!member.State.IsEnded && member.Task is WakeTarget task)
                {
                    tasks.Add(task);
                }
            }

            return true;
        }
    }

    /// <summary>Says for a dump what somebody waits for here.</summary>
    /// <param name="what">The operation.</param>
    /// <param name="needs">Whose ends it needs.</param>
    /// <param name="into">Where to say it.</param>
    internal void Describe(string what, NeededEnds needs, LeafDescription into)
    {
        into.Set(what, this, Tasks(Count));
        into.Needs = needs;
    }

    /// <summary>So many tasks, in words.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The words.</returns>
    private protected virtual string Tasks(int count) => count == 1 ? "1 task" : $"{count} tasks";

    /// <summary>The task that was spawned before all others that are in, unless it has ended. Any thread.</summary>
    private protected WakeTarget? RunningOldest
    {
        get
        {
            using (_lock.EnterScope())
            {
                return _live.Oldest is { State.IsEnded: false, Task: WakeTarget task } ? task : null;
            }
        }
    }

    /// <summary>The task that was spawned before all others that are in and were started. Under the lock.</summary>
    private protected GroupMember? Oldest => _live.Oldest;

    /// <summary>What spawning throws when the group is closed.</summary>
    /// <returns>The exception.</returns>
    private protected abstract ObjectDisposedException Closed();

    /// <summary>A task has ended that the group had not let go before. On the thread that ended it.</summary>
    /// <param name="member">The member, in the list or let go meanwhile.</param>
    private protected abstract void OnEnded(GroupMember member);

    /// <summary>Takes what ended first, if the group keeps the outcomes. Under the lock.</summary>
    /// <returns>The member, or null.</returns>
    private protected virtual GroupMember? TakeEnded() => null;

    /// <summary>Takes a member out that has ended, and whose outcome was seen to.</summary>
    /// <param name="member">The member, in the list or let go meanwhile.</param>
    /// <returns>Whether it was the last.</returns>
    private protected bool RemoveIsLast(GroupMember member)
    {
        using (_lock.EnterScope())
        {
            _live.Remove(member);
            return Present == 0;
        }
    }

    /// <summary>Takes a member out that has ended, and drops its outcome: a failure is reported first.</summary>
    /// <param name="member">The member.</param>
    private protected void Discard(GroupMember member)
    {
        using (_lock.EnterScope())
        {
            if (!_live.Remove(member))
            {
                return; // Somebody let it go meanwhile.
            }

            _leaving++;
        }

        if (Leave(member))
        {
            WakeWaiter();
        }
    }

    /// <summary>Whether the member was spawned before all others that are in.</summary>
    /// <param name="member">The member.</param>
    /// <returns>True if it is in and the oldest.</returns>
    private protected bool IsOldest(GroupMember member)
    {
        using (_lock.EnterScope())
        {
            return ReferenceEquals(_live.Oldest, member);
        }
    }

    // Under the lock.
    private int Present => _live.Count + _queued.Count + _leaving;

    // Of one that was queued: whoever spawned it has gone on.
    private static void Start(GroupMember member)
    {
        ISpawned task = member.Task!;
        member.OnStarting();
        task.StartLater();
    }

    // One that could not be started, and will not end: its slot goes on, and whoever waits for the end looks again.
    private void TakeBack(GroupMember member)
    {
        using (_lock.EnterScope())
        {
            _live.Remove(member); // Unless it was let go meanwhile.
        }

        if (_limit != NoLimit)
        {
            StartNext();
        }

        WakeWaiter();
    }

    private bool TryAdd(GroupMember member, out bool start, out bool cancelled)
    {
        using (_lock.EnterScope())
        {
            if (_closed)
            {
                start = cancelled = false;
                return false;
            }

            member.Task!.Waiters.TryRegister(member); // Nobody can have ended it yet.
            cancelled = _cancelled;
            start = cancelled || (_running < _limit && _queued.Count == 0);
            if (start)
            {
                AddLive(member);
            }
            else
            {
                _queued.Add(member);
            }

            return true;
        }
    }

    // Of one that is counted as leaving. Returns whether it was the last.
    private bool Leave(GroupMember member)
    {
        member.Discard();
        using (_lock.EnterScope())
        {
            _leaving--;
            return Present == 0;
        }
    }

    // Under the lock: those that have ended were let go.
    private void ForgetEnded()
    {
        while (TakeEnded() is not null)
        {
        }
    }

    // Under the lock.
    private void AddLive(GroupMember member)
    {
        _live.Add(member);
        if (_limit != NoLimit)
        {
            _running++;
        }
    }

    // Starting may end a task at once, which comes back here: one thread is in the loop, the others leave it to it.
    private void StartNext()
    {
        using (_lock.EnterScope())
        {
            _running--;
            if (_starting)
            {
                return;
            }

            _starting = true;
        }

        while (TakeQueued() is { } member)
        {
            Start(member);
        }
    }

    private GroupMember? TakeQueued()
    {
        using (_lock.EnterScope())
        {
            if (_running >= _limit || _queued.Oldest is not { } member)
            {
                _starting = false;
                return null;
            }

            _queued.Remove(member);
            AddLive(member);
            return member;
        }
    }
}
