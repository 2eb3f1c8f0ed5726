using System.Threading;

namespace Kioto;

/// <summary>The strand that BlockOn drives on the calling thread: not a task, no worker polls it.</summary>
internal sealed class BlockOnStrand : Strand
{
    private readonly FutureSource _root;
    private readonly uint _token;
    private readonly int _budget;
    private readonly ThreadParker _parker = new();
    private HandoutStack _handouts;
    private bool _begun;

    // INVARIANT: set by any waker, taken by the driving thread. Starts set: the first poll needs no wake.
    private int _woken = 1;

    // INVARIANT: written by the driving thread when it drives a scheduler's core; read by wakers.
    private CurrentThreadScheduler? _driving;

    internal BlockOnStrand(FutureSource root, uint token, int budget = Ambient.PollBudget)
    {
        _budget = budget;
        _root = root;
        _token = token;

        // Blocking inside a synchronous scope ends before that does.
        Locals = LocalBinding.Innermost(Ambient.Current);
    }

    internal override void Wake()
    {
        // ORDERING: full fence between the flag and reading who drives; pairs with Drive's exchange.
        Interlocked.Exchange(ref _woken, 1);
        Volatile.Read(ref _driving)?.UnparkDriver();
        _parker.Unpark();
    }

    internal override void HandOut(Handout handout) => _handouts.Push(handout);

    internal override void TakeHandout(Handout handout) => _handouts.Remove(handout);

    /// <summary>Polls if woken.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>Whether the root has completed.</returns>
    internal bool PollIfWoken(Ambient ambient)
    {
        if (Interlocked.Exchange(ref _woken, 0) == 0) // ORDERING: acquire, pairs with Wake.
        {
            return false;
        }

        // A future that is polled outside any runtime may block its thread: then there is an outer strand.
        Strand? outer = ambient.Strand;
        ambient.Strand = this;
        ambient.Budget = _budget;
        _handouts.BeginTurn();
        bool done = _begun ? Resume(ambient) : Begin(ambient);
        _handouts.EndTurn(this, IsWoken);
        ambient.Strand = outer;
        if (ambient.FlowIsOff)
        {
            ContextFlow.Clear(ambient);
        }

        return done;
    }

    internal bool IsWoken => Volatile.Read(ref _woken) != 0; // ORDERING: re-read after SetDriving's fence.

    internal void SetDriving(CurrentThreadScheduler? scheduler) =>
        Interlocked.Exchange(ref _driving, scheduler); // ORDERING: full fence, pairs with Wake's.

    internal void Park() => _parker.Park();

    /// <summary>Polls on this thread, which sleeps in between; workers elsewhere do the rest.</summary>
    /// <param name="scheduler">The runtime whose context the future sees.</param>
    internal void RunOnThread(RuntimeScheduler scheduler)
    {
        using EnterScope scope = EnterScope.ForBlockOn(scheduler);
        while (!PollIfWoken(scope.Ambient))
        {
            _parker.Park();
        }
    }

    private bool Begin(Ambient ambient)
    {
        _begun = true;
        return Begin(_root, _token, ambient);
    }
}
