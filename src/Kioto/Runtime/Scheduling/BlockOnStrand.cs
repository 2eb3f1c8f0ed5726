using System.Threading;

namespace Kioto;

/// <summary>The strand that BlockOn drives on the calling thread: not a task, no worker polls it.</summary>
internal sealed class BlockOnStrand : Strand
{
    /// <summary>How long a thread sleeps at most while it unwinds what it blocked on.</summary>
    private const long FailedPollNanos = 2_000_000;

    private readonly FutureSource _root;
    private readonly uint _token;
    private readonly int _budget;
    private readonly ThreadParker _parker = new();
    private HandoutStack _handouts;
    private bool _begun;
    private bool _isListed;
    private bool _polling;

    // When a strand of a runtime that has failed is given up; 0 until it is unwound.
    private long _giveUpAt;

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

    internal override bool HandOut(Handout handout) => _handouts.TryPush(handout, this);

    internal override void TakeHandout(Handout handout) => _handouts.Remove(handout, this);

    /// <summary>Polls if woken.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>Whether the root has completed.</returns>
    internal bool PollIfWoken(Ambient ambient) =>
        Interlocked.Exchange(ref _woken, 0) != 0 && Poll(ambient, cancel: false); // ORDERING: acquire, pairs with Wake.

    /// <summary>Whether it is being polled, for dumps: a hint.</summary>
    internal bool IsPolling
    {
        get => Volatile.Read(ref _polling); // ORDERING: as in TaskReading: dumps compare what they read before and after.
        private set => Volatile.Write(ref _polling, value);
    }

    internal bool IsWoken => Volatile.Read(ref _woken) != 0; // ORDERING: re-read after SetDriving's fence.

    internal void SetDriving(CurrentThreadScheduler? scheduler) =>
        Interlocked.Exchange(ref _driving, scheduler); // ORDERING: full fence, pairs with Wake's.

    /// <summary>Sleeps until woken; of a runtime that has failed, for a moment.</summary>
    /// <param name="scheduler">The runtime.</param>
    internal void Park(RuntimeScheduler scheduler)
    {
        List(scheduler);
        _parker.Park(scheduler.Fatal is null ? -1 : FailedPollNanos);
    }

    /// <summary>The thread is about to sleep: now others may have to find the strand.</summary>
    /// <param name="scheduler">The runtime.</param>
    internal void List(RuntimeScheduler scheduler)
    {
        if (!_isListed)
        {
            _isListed = true;
            scheduler.Blocked.Add(this);
        }
    }

    /// <summary>The call has ended.</summary>
    /// <param name="scheduler">The runtime.</param>
    internal void Unlist(RuntimeScheduler scheduler)
    {
        _handouts.Close(this);
        if (_isListed)
        {
            scheduler.Blocked.Remove(this);
        }
    }

    /// <summary>Polls if woken; unwinds the strand when its runtime has failed.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <param name="scheduler">The runtime.</param>
    /// <returns>Whether the call is to end.</returns>
    internal bool Turn(Ambient ambient, RuntimeScheduler scheduler) =>
        PollIfWoken(ambient) || (scheduler.Fatal is not null && GiveUp(ambient, scheduler));

    /// <summary>Polls on this thread, which sleeps in between; workers elsewhere do the rest.</summary>
    /// <param name="scheduler">The runtime whose context the future sees.</param>
    internal void RunOnThread(RuntimeScheduler scheduler)
    {
        using EnterScope scope = EnterScope.ForBlockOn(scheduler);
        while (!Turn(scope.Ambient, scheduler))
        {
            Park(scheduler);
        }
    }

    private bool Poll(Ambient ambient, bool cancel)
    {
        // A future that is polled outside any runtime may block its thread: then there is an outer strand.
        Strand? outer = ambient.Strand;
        ambient.Strand = this;
        SliceKeeper.BeginTurn(ambient, _budget);
        ambient.OverAt = Ambient.OverAfterFirstAsk; // Where workers run the tasks the keeper does not look here.
        _handouts.BeginTurn();
        IsPolling = true;
        bool done = cancel ? Cancel(ambient) : _begun ? Resume(ambient) : Begin(ambient);
        IsPolling = false;
        _handouts.EndTurn(this, IsWoken);
        ambient.Strand = outer;
        ambient.OverAt = 0; // BlockingScope has that of an outer poll.
        if (ambient.FlowIsOff)
        {
            ContextFlow.Clear(ambient);
        }

        return done;
    }

    // Its cleanup has as long as that of the tasks.
    private bool GiveUp(Ambient ambient, RuntimeScheduler scheduler)
    {
        if (_giveUpAt != 0)
        {
            if (Clock.Now < _giveUpAt)
            {
                return false;
            }

            DropFrames();
            return true;
        }

        _giveUpAt = Clock.Now + long.Min(scheduler.CleanupGraceNanos, long.MaxValue / 2);
        return !_begun || Poll(ambient, cancel: true);
    }

    private bool Begin(Ambient ambient)
    {
        _begun = true;
        return Begin(_root, _token, ambient);
    }
}
