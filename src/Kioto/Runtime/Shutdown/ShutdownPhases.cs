using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>Ends a runtime in phases: signal, wait, abort with cleanup, drop; and says what did not end by itself.</summary>
/// <remarks>
/// The phases pass on a thread of their own, so that nobody who calls has to block. Tasks and closures that call are not
/// waited for, nor aborted: they may wait for the report. INVARIANT: fields are guarded by the lock, unless they say more.
/// </remarks>
#pragma warning disable CA1001 // The token is used as long as anybody has it; its source holds nothing but memory.
internal sealed class ShutdownPhases
#pragma warning restore CA1001
{
    /// <summary>How long a worker that is stuck in a task may delay the report beyond the kill time.</summary>
    private const long PatienceNanos = 500_000_000;

    /// <summary>The longest sleep between two looks at what still lives.</summary>
    private const long MostPollNanos = 20_000_000;

    private const long LeastPollNanos = 500_000;

    /// <summary>Looks in a row that see nothing, while workers are awake, before that is believed.</summary>
    private const int QuietLooks = 5;

    private readonly RuntimeScheduler _scheduler;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _signal = new();
    private readonly List<Straggler> _stragglers = [];
    private readonly TokenCallbacks _callbacks;
    private readonly long _never = long.MaxValue / 4;

    // INVARIANT: replaced under the lock, read by everybody.
    private TaskHeader[] _callers = [];
    private TaskCompletionSource<ShutdownReport>? _report;
    private int _stragglerCount;
    private bool _recorded;
    private bool _told;
    private long _begun;

    // Whether somebody has had the token, and whether it is being cancelled, or has been. Callbacks are registered with
    // what somebody has had only. INVARIANT: set once.
    private bool _isAskedFor;
    private bool _isSignalled;

    // INVARIANT: only lowered, under the lock; read by the phases' thread.
    private long _waitUntil = long.MaxValue;
    private long _killNanos = long.MaxValue;

    // INVARIANT: written when it aborts, under the lock.
    private long _killAt = long.MaxValue;

    // INVARIANT: set once, by who is to watch.
    private int _isWatched;

    internal ShutdownPhases(RuntimeScheduler scheduler)
    {
        _scheduler = scheduler;
        _callbacks = new TokenCallbacks(scheduler.Options.ThreadName + "-callbacks");
    }

    internal CancellationToken Token
    {
        get
        {
            using (_lock.EnterScope())
            {
                _isAskedFor = true;
                return _signal.Token;
            }
        }
    }

    /// <summary>The tasks and closures that wait for the shutdown themselves.</summary>
    internal TaskHeader[] Callers => Volatile.Read(ref _callers); // ORDERING: replaced as a whole.

    /// <summary>Whether a task, or a closure, is one that waits for the shutdown itself.</summary>
    /// <param name="task">The task.</param>
    /// <returns>True if it is.</returns>
    internal bool IsCaller(TaskHeader task) => Array.IndexOf(Callers, task) >= 0;

    /// <summary>Begins, or lets what has begun end sooner.</summary>
    /// <param name="grace">How long tasks may end by themselves.</param>
    /// <param name="kill">How long they may clean up after that.</param>
    /// <returns>The report.</returns>
    internal Task<ShutdownReport> Begin(TimeSpan grace, TimeSpan kill)
    {
        TaskHeader? caller = ShutdownCaller.Find(_scheduler);
        long now = Clock.Now;
        bool first;
        Task<ShutdownReport> report;
        using (_lock.EnterScope())
        {
            if (caller is not null && !IsCaller(caller))
            {
                Volatile.Write(ref _callers, [.. _callers, caller]); // ORDERING: release, pairs with IsCaller.
            }

            first = _report is null;
            _report ??= new TaskCompletionSource<ShutdownReport>(TaskCreationOptions.RunContinuationsAsynchronously);
            report = _report.Task;
            Volatile.Write(ref _waitUntil, long.Min(_waitUntil, now + Nanos(grace))); // ORDERING: read again in a moment, as the others here.
            Volatile.Write(ref _killNanos, long.Min(_killNanos, Nanos(kill)));
            long killAt = Volatile.Read(ref _killAt);
            if (killAt != long.MaxValue && now + _killNanos < killAt)
            {
                Volatile.Write(ref _killAt, now + _killNanos);
                _scheduler.KillBy(_killAt);
            }

            if (first)
            {
                _begun = now;
            }
        }

        if (first)
        {
            Threads.Start(Run, _scheduler.Options.ThreadName + "-shutdown");
        }

        return report;
    }

    /// <summary>Whether phases are under way, or over.</summary>
    internal bool HasBegun
    {
        get
        {
            using (_lock.EnterScope())
            {
                return _report is not null;
            }
        }
    }

    /// <summary>Cancels the token that says so, on a thread of its own: callbacks may block. What they throw is reported.</summary>
    /// <param name="until">Until when callbacks are waited for.</param>
    internal void Signal(long until)
    {
        bool begins = false;
        using (_lock.EnterScope())
        {
            if (!_isSignalled)
            {
                _isSignalled = true;
                begins = _isAskedFor;
                if (!begins)
                {
                    _signal.Cancel(); // Nobody has registered with it.
                }
            }
        }

        if (begins)
        {
            _callbacks.Begin(new TokenCallback(null, CancelSignal));
        }

        _callbacks.Wait(until);
    }

    /// <summary>Tells the running closures to stop; the tokens of those that have one are cancelled on a thread of its own.</summary>
    /// <param name="until">Until when callbacks are waited for.</param>
    internal void AbortClosures(long until)
    {
        List<TokenCallback> tokens = [];
        foreach (RunningClosure closure in _scheduler.Closures.Snapshot())
        {
            if (IsCaller(closure.Task))
            {
                continue;
            }

            if (closure.Task.HasTokenOfItsOwn)
            {
                tokens.Add(new TokenCallback(closure.Task, closure.Task.Abort));
            }
            else
            {
                closure.Task.Abort();
            }
        }

        _callbacks.Begin([.. tokens]);
        _callbacks.Wait(until);
    }

    /// <summary>Whether this thread is in a callback of a token that the shutdown cancels: it goes on when that has returned.</summary>
    internal bool IsInCallback => _callbacks.IsInside;

    /// <summary>The scheduler is about to drop what still lives.</summary>
    internal void BeforeKill()
    {
        // Who has given no time for cleanup knows that there was none.
        if (HasBegun || (_scheduler.CleanupGraceNanos > 0 && _scheduler.LiveCount > 0))
        {
            RecordDropped(); // Of the closures nobody knows yet: they have their time still.
        }
    }

    /// <summary>The end has been waited for that a report tells nobody of: says what was dropped, or still lives. Once.</summary>
    internal void TellDropped()
    {
        if (HasBegun)
        {
            return;
        }

        if (_scheduler is { HasEnded: false, IsClosed: true } && _scheduler.LiveCount > 0)
        {
            RecordDropped();
        }

        List<Straggler> stragglers;
        int count;
        using (_lock.EnterScope())
        {
            stragglers = [.. _stragglers];
            count = _stragglerCount + RecordCallbacks(stragglers);
            if (_told || count == 0)
            {
                return;
            }

            _told = true;
        }

        DroppedWork.Tell(_scheduler, stragglers, count);
    }

    /// <summary>Whoever has begun does not wait for the end: has a thread do so that says what was dropped.</summary>
    internal void WatchEnd()
    {
        if (!HasBegun && (_scheduler.LiveCount > 0 || !_callbacks.IsIdle) && Interlocked.Exchange(ref _isWatched, 1) == 0) // ORDERING: once only.
        {
            Threads.Start(
                () =>
                {
                    _scheduler.WaitForEnd();
                    _callbacks.Wait(_begun + _scheduler.CleanupGraceNanos);
                    TellDropped();
                },
                _scheduler.Options.ThreadName + "-shutdown");
        }
    }

    /// <summary>A shutdown begins that has no phases.</summary>
    internal void NoteBegin()
    {
        using (_lock.EnterScope())
        {
            _begun = _begun == 0 ? Clock.Now : _begun;
        }
    }

    /// <summary>What a shutdown that may not wait can say at once.</summary>
    /// <returns>The report of everything that lives now.</returns>
    internal ShutdownReport ReportNow()
    {
        List<Straggler> stragglers = [];
        int count = Record(stragglers, Read(), StragglerOutcome.Dropped);
        count += RecordClosures(stragglers) + RecordCallbacks(stragglers);
        return new ShutdownReport(TimeSpan.Zero, stragglers, count);
    }

    // ORDERING: a duration that does not end is so far away that adding to it does not overflow.
    private long Nanos(TimeSpan duration) =>
        duration < TimeSpan.Zero || duration.TotalDays > 365 ? _never : (long)(duration.TotalMilliseconds * 1_000_000);

    private void Run()
    {
        foreach (TaskReading reading in Read())
        {
            DumpMemory.Remember(reading.Capture); // By the end it is known for how long they have waited at least.
        }

        Signal(Clock.Now);

        // A grace may be over before this thread has begun: who has not ended in it is told all the same.
        if (Volatile.Read(ref _waitUntil) > _begun && !Await(static phases => Volatile.Read(ref phases._waitUntil)))
        {
            using (_lock.EnterScope())
            {
                _stragglerCount += Record(_stragglers, Read(), StragglerOutcome.Aborted);
            }
        }

        long before = Clock.Now;
        while (!_callbacks.IsIdle && Clock.Now < _begun + Patience())
        {
            _callbacks.Wait(Clock.Now + MostPollNanos); // Not longer: a later call may shorten it.
        }

        Abort(before);
        Await(static phases => Volatile.Read(ref phases._killAt));
        if (_callers.Length == 0)
        {
            AwaitEnd();
        }

        RecordDropped();
        TaskCompletionSource<ShutdownReport> report;
        ShutdownReport result;
        using (_lock.EnterScope())
        {
            _stragglerCount += RecordClosures(_stragglers) + RecordCallbacks(_stragglers);
            report = _report!;
            result = new ShutdownReport(Since(), [.. _stragglers], _stragglerCount);
        }

        // Those who called may read it, and then have as long to end as the others had.
        _scheduler.KillBy(Clock.Now + (_callers.Length == 0 ? 0 : Volatile.Read(ref _killNanos))); // ORDERING: as in Begin.
        report.SetResult(result);
    }

    /// <summary>Aborts what is left. Once begun, by a call whose thread is to clean up itself.</summary>
    /// <returns>How long cleanup may take, in nanoseconds.</returns>
    internal long Abort() => Abort(Clock.Now, inBackground: false);

    // What callbacks take of the kill time is not given once more.
    private long Abort(long since, bool inBackground = true)
    {
        long killNanos;
        using (_lock.EnterScope())
        {
            killNanos = _killNanos;
            Volatile.Write(ref _killAt, since + killNanos); // ORDERING: before the abort; lowered by later callers.
        }

        // While somebody waits for the report, the scheduler does not end before that has been given.
        long graceNanos = Callers.Length == 0 ? killNanos : killNanos + killNanos + PatienceNanos;
        long patience = Patience();
        _scheduler.BeginShutdown(graceNanos, inBackground, inBackground ? RuntimeScheduler.ShortPatienceNanos : patience);
        _scheduler.KillBy(since + graceNanos);
        return long.Max(0, since + graceNanos - Clock.Now);
    }

    // How long callbacks of tokens may take before tasks are aborted, beside the grace: what they wait for may be just that.
    private long Patience() => RuntimeScheduler.PatienceWithin(long.Min(Volatile.Read(ref _killNanos) / 2, _scheduler.CleanupGraceNanos));

    // Returns whether everything has ended; else the time is over.
    private bool Await(Func<ShutdownPhases, long> deadline)
    {
        ThreadParker parker = new();
        long sleep = LeastPollNanos;

        // What is not counted, callbacks that Task-based code has posted, is nowhere to be seen for an instant when a worker
        // has just taken it from a queue: one look is not enough while a worker is awake. (The one that runs the caller is.)
        for (int looks = 0; looks < QuietLooks;)
        {
            bool asleep = _scheduler.AllWorkersSleep; // First: a task that they left idle before is on a list now.
            if (IsQuiet())
            {
                if (asleep)
                {
                    return true;
                }

                looks++;
            }
            else
            {
                looks = 0;
            }

            long left = deadline(this) - Clock.Now;
            if (left <= 0)
            {
                return false;
            }

            // A current-thread runtime whose thread does not drive it: its tasks end here.
            if (_scheduler is not CurrentThreadScheduler { IsClosed: false } driven || !driven.TryDrive())
            {
                parker.Park(long.Min(left, sleep));
                sleep = long.Min(sleep * 2, MostPollNanos);
            }
        }

        return true;
    }

    // Its workers drop what is left, and end; one that is stuck in a task does not.
    private void AwaitEnd()
    {
        ThreadParker parker = new();
        long until = Clock.Now + PatienceNanos;
        while (!_scheduler.HasEnded && Clock.Now < until)
        {
            parker.Park(LeastPollNanos);
        }
    }

    private bool IsQuiet()
    {
        TaskHeader[] callers = Callers; // Closures among them are not counted: then it is for the looks alone.
        return _scheduler.LiveCount <= callers.Length && _scheduler.LiveTasks().TrueForAll(task => Array.IndexOf(callers, task) >= 0) && !_scheduler.Closures.Any(callers)
            && _callbacks.IsIdle;
    }

    private void CancelSignal()
    {
        try
        {
            _signal.Cancel();
        }
        catch (AggregateException exception)
        {
            _scheduler.ReportUnhandled(exception);
        }
    }

    private List<TaskReading> Read()
    {
        List<TaskReading> readings = RuntimeDumper.Read(_scheduler);
        readings.RemoveAll(reading => reading.Task is not { } task || reading.Kind != TaskDumpKind.Task || IsCaller(task));
        return readings;
    }

    // Once: by the scheduler just before it drops them, or when the time is over.
    private void RecordDropped()
    {
        using (_lock.EnterScope())
        {
            if (_recorded)
            {
                return;
            }

            _recorded = true;
            List<Straggler> last = [];
            int count = Record(last, Read(), StragglerOutcome.Dropped);

            // Who was aborted, and has not cleaned up, is told once.
            _stragglerCount += count - _stragglers.RemoveAll(first => last.Exists(other => other.Task.Id == first.Task.Id));
            _stragglers.AddRange(last);
        }
    }

    private int Record(List<Straggler> into, List<TaskReading> readings, StragglerOutcome outcome)
    {
        DumpWriter writer = new();
        foreach (TaskReading reading in readings)
        {
            if (into.Count < ShutdownReport.MostDescribed)
            {
                bool runs = outcome == StragglerOutcome.Dropped && reading.State == TaskDumpState.Running;
                into.Add(new Straggler(writer.Write(reading), runs ? StragglerOutcome.StillRunning : outcome, Since()));
            }
        }

        return readings.Count;
    }

    private int RecordClosures(List<Straggler> into)
    {
        int count = 0;
        DumpWriter writer = new();
        foreach (RunningClosure closure in _scheduler.Closures.Snapshot())
        {
            if (IsCaller(closure.Task))
            {
                continue;
            }

            count++;
            if (into.Count < ShutdownReport.MostDescribed)
            {
                into.Add(new Straggler(writer.Write(closure), StragglerOutcome.StillRunning, Since()));
            }
        }

        return count;
    }

    private int RecordCallbacks(List<Straggler> into)
    {
        List<TokenCallback> callbacks = _callbacks.Snapshot();
        foreach (TokenCallback callback in callbacks)
        {
            if (into.Count < ShutdownReport.MostDescribed)
            {
                into.Add(new Straggler(DumpWriter.Write(callback), StragglerOutcome.StillRunning, Since()));
            }
        }

        return callbacks.Count;
    }

    private TimeSpan Since() => TimeSpan.FromTicks(_begun == 0 ? 0 : (Clock.Now - _begun) / 100);
}
