using System;

namespace Kioto;

/// <summary>Drives a local set until one task of it, the root, has completed: what RunUntilAsync awaits.</summary>
/// <remarks>
/// The root is a task of the set like the others, so that waking, aborting and disposing need no rules of their own,
/// except that the set polls it first. Cancelling this leaf aborts the root, and waits for its cleanup.
/// </remarks>
/// <typeparam name="T">The type of the root's result.</typeparam>
internal sealed class LocalSetRunLeaf<T> : LeafSource<T>
{
    private LocalSetScheduler? _set;
    private TaskCell<T>? _root;
    private LocalSetDriver? _driver;
    private JoinWaiter _waiter;
    private bool _withdrawn;

    internal static Future<T> Await(LocalSetScheduler set, TaskCell<T> root)
    {
        LocalSetRunLeaf<T> leaf = SourcePool<LocalSetRunLeaf<T>>.Rent(Ambient.Current);
        leaf._set = set;
        leaf._root = root;
        return new Future<T>(leaf, leaf.Version);
    }

    internal override void Abandon()
    {
        if (_driver is { } driver)
        {
            _waiter.Leave(ref _root!.Join);
            _root.Abort();
            _set!.Leave(driver);
        }

        Recycle(Ambient.Current);
    }

    internal override void Describe(LeafDescription into)
    {
        into.Set($"LocalSet.RunUntilAsync of task {_root!.KnownId}", _set);
        into.WaitFor(_root);
    }

    private protected override bool Poll(ref PollContext context)
    {
        Ambient ambient = Ambient.Current;
        TaskCell<T> root = _root!;
        LocalSetScheduler set = _set!;
        WakeTarget waker = context.Waker.Target!;
        if (_driver is null)
        {
            if (ambient.Scheduler is CurrentThreadScheduler { IsLocal: true })
            {
                root.Scheduler = set;
                root.Refuse();
                return Fail(LocalSetScheduler.InsideLocalRuntime());
            }

            if (!set.TryBind(ambient))
            {
                root.Scheduler = set;
                root.Refuse();
                return Fail(LocalSetScheduler.WrongThread());
            }

            // Another driver may go on with the root when our scopes have ended.
            root.Locals = LocalBinding.Copy(LocalBinding.Innermost(ambient));
            _driver = new LocalSetDriver(root);
            set.Enter(_driver);
        }

        // Another driver's poll may complete our root: then this wakes us.
        if (_waiter.TryWait(ref root.Join, waker))
        {
            if (!set.TryBind(ambient))
            {
                // Its frames may only be unwound on the set's thread: by whoever drives or disposes the set there.
                _waiter.Leave(ref root.Join);
                root.Abort();
                set.Leave(_driver);
                return Fail(LocalSetScheduler.WrongThread());
            }

            set.Poll(ambient, _driver, waker);
            if (!root.Join.IsCompleted)
            {
                return false;
            }
        }

        set.Leave(_driver);
        return Finish(root, ambient);
    }

    private protected override bool Withdraw()
    {
        _withdrawn = true;
        _root!.Abort();

        // The strand polls us once more right now, and that poll unwinds the root.
        return false;
    }

    private protected override void Recycle(Ambient ambient)
    {
        if (_driver is null)
        {
            ((ISpawned)_root!).Drop(); // The set has not had it.
        }

        _set = null;
        _root = null;
        _driver = null;
        _waiter.Forget();
        _withdrawn = false;
        ClearOutcome();
        SourcePool<LocalSetRunLeaf<T>>.Return(ambient, this);
    }

    private bool Finish(TaskCell<T> root, Ambient ambient)
    {
        if (_withdrawn && root.Cancelled)
        {
            // The root's strand stood in for ours: what was delivered there is not delivered here a second time.
            ambient.Strand!.CancelPending = root.CancelPending;
        }

        if (root.WasAborted)
        {
            return Fail(_withdrawn ? Throw.Cancelled() : new ObjectDisposedException(
                nameof(LocalSet), "The LocalSet was disposed before the future that it ran had completed."));
        }

        if (root.ObserveError() is { } error)
        {
            Error = error;
            State = SourceState.Done;
            return true;
        }

        return Complete(root.Result);
    }
}
