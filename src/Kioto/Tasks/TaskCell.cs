using System;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>A spawned task: header, body, outcome and waiters in the one object that its handle refers to.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
internal sealed partial class TaskCell<T> : TaskHeader, IBlockingWork
{
    internal JoinSlot Join;

    // INVARIANT: written by the runner before Join completes, read after.
    private T? _result;

    // The body, wrapped in a ContextBody when it starts in a context that isn't the default one; then the failure.
    private object? _body;
    private uint _token;
    private TaskBody _kind;
    private bool _hasOutcome;
    private CellFlags _flags; // One byte for all: a second would make each task eight bytes larger.

    // Where it was spawned: stored and not looked at before somebody asks.
    private readonly int _line;
    private readonly object? _place;

    internal TaskCell(object? body, TaskBody kind, Ambient ambient, SpawnSite site, bool flows = true, uint token = 0)
    {
        _place = site.Place;
        _line = site.Line;
        _body = flows && ContextFlow.Save(ambient) is { } context ? new ContextBody(body, context) : body;
        _kind = kind;
        _token = token;
        if (LocalBinding.Innermost(ambient) is { } locals)
        {
            Locals = LocalBinding.Inherit(locals);
        }
    }

    /// <summary>Whether the outcome is "aborted". Valid once completed.</summary>
    internal bool WasAborted
    {
        get => (_flags & CellFlags.Aborted) != 0;
        private set => _flags = value ? _flags | CellFlags.Aborted : _flags & ~CellFlags.Aborted;
    }

    /// <summary>Whether nobody can ask for the outcome: a failure is reported to the scheduler.</summary>
    internal bool Detached
    {
        get => (_flags & CellFlags.Detached) != 0;
        init => _flags = value ? CellFlags.Detached : CellFlags.None;
    }

    internal TaskId Id => new(KnownId);

    internal override bool IsSpawned => true;

    internal override bool HasTokenOfItsOwn => _kind == TaskBody.TokenClosure;

    internal override string Name => Site.Title($"task {Id}");

    internal override SpawnSite Site => SpawnSite.Of(_place, _line);

    internal override string? BodyName => Unwrapped switch
    {
        Delegate body => TypeNames.OfDelegate(body),
        FutureSource source when PeekRoot(out uint version) == source && source.Version == version => source.Name,
        _ => null,
    };

    // For dumps only: the type tests are what makes a body safe to read that is replaced meanwhile.
    private object? Unwrapped => Volatile.Read(ref _body) is ContextBody wrapped ? wrapped.Body : _body; // ORDERING: a hint.

    /// <summary>Whether there is a failure. Valid once completed.</summary>
    internal bool HasFailed => _body is not null;

    /// <summary>The result. Valid once completed, without error.</summary>
    internal T Result => _result!;

    /// <summary>What awaiting it throws. Valid once completed, aborted.</summary>
    /// <returns>The exception.</returns>
    internal TaskAbortedException MakeAborted() => TaskAbortedException.Of(Id, _flags);

    /// <summary>The failure, or null, for somebody who has asked how the task ended. Valid once completed.</summary>
    /// <returns>The failure; from now on nobody else need observe it.</returns>
    internal ExceptionDispatchInfo? ObserveError() =>
        _body is null ? null : _body as ExceptionDispatchInfo ?? Unsafe.As<FailureHolder>(_body).Observe(); // SAFETY: a completed task's body is one of these.

    internal override bool PeekOutcome(out Exception? failure)
    {
        failure = ((_body as FailureHolder)?.Error ?? _body as ExceptionDispatchInfo)?.SourceException;
        return WasAborted;
    }

    /// <summary>A task whose future was ready when it was spawned; it completes at its first poll all the same.</summary>
    /// <param name="result">The result.</param>
    /// <param name="ambient">The current thread's context.</param>
    /// <param name="site">Where it was spawned.</param>
    /// <returns>The task.</returns>
    internal static TaskCell<T> Ready(T result, Ambient ambient, SpawnSite site) =>
        new(null, TaskBody.None, ambient, site) { _result = result };

    internal override FutureSource? PeekRoot(out uint version)
    {
        FutureSource? root = Unwrapped as FutureSource;
        version = Volatile.Read(ref _token); // ORDERING: after the body: a wrong pair is found out by the version.
        return root;
    }

    // A closure has no source whose version it would have to keep.
    int IBlockingWork.Place
    {
        get => (int)_token;
        set => _token = (uint)value;
    }

    // A closure never has a place among live tasks: what says so tells its pool too.
    int IBlockingWork.Pool
    {
        get => (int)~Slot;
        set => Slot = ~(long)value;
    }

    /// <summary>Completes a task that its scheduler refused, as aborted. Nobody has seen it.</summary>
    public void Refuse()
    {
        _flags |= CellFlags.Refused;
        OnKilled();
    }

    /// <summary>Runs a blocking closure, on a thread of the blocking pool. Precondition: taken from its queue.</summary>
    void IBlockingWork.Run()
    {
        Ambient ambient = Ambient.Current;
        ExceptionDispatchInfo? error = null;
        if (Status.TransitionToRunning() == TransitionToRunning.Cancel)
        {
            Cancelled = true;
        }
        else
        {
            RuntimeScheduler runtime = Unsafe.As<RuntimeScheduler>(Scheduler); // SAFETY: only a runtime has a pool.
            RunningClosures.Place place = runtime.Closures.Enter(this);
            EnterContext(ambient);
            ambient.Locals = Locals;
            try
            {
                CallClosure(runtime);
            }
            catch (Exception exception)
            {
                error = ExceptionDispatchInfo.Capture(exception);
            }

            place.Leave();
            ambient.Locals = null;
            ContextFlow.Enter(null, ambient);
            if (ThreadContext.Of(ambient) is not null)
            {
                // The closure's own, as of a library that pumps messages: the next one must not post to it.
                SynchronizationContext.SetSynchronizationContext(null);
            }

            _hasOutcome = true;
        }

        Publish(error, ambient);
    }

    private protected override bool BeginBody(Ambient ambient)
    {
        if (_kind == TaskBody.None)
        {
            return EndWithoutSource();
        }

        EnterContext(ambient);
        if (_kind == TaskBody.Source)
        {
            return Begin(Unsafe.As<FutureSource>(_body!), _token, ambient); // SAFETY: _kind says so.
        }

        try
        {
            Future<T> future = _kind == TaskBody.FutureFunc ? CallFutureFunc() : CallTaskFunc();
            if (future.Source is null)
            {
                _result = future.Value;
                _body = null;
                return EndWithoutSource();
            }

            _body = future.Source;
            _token = future.Token;
            _kind = TaskBody.Source;
        }
        catch (Exception exception)
        {
            _body = ExceptionDispatchInfo.Capture(exception);
            return EndWithoutSource();
        }

        return Begin(Unsafe.As<FutureSource>(_body), _token, ambient); // SAFETY: as above.
    }

    private protected override void Complete(Ambient ambient)
    {
        if (_body is ContextBody neverEntered)
        {
            _body = neverEntered.Body;
        }

        ExceptionDispatchInfo? error = _kind switch
        {
            TaskBody.Source => TakeOutcome(Unsafe.As<FutureSource<T>>(_body!), ambient), // SAFETY: _kind says so.
            TaskBody.None => (ExceptionDispatchInfo?)_body,
            _ => null, // Aborted before its first poll.
        };
        ContextFlow.Enter(null, ambient);
        ForgetChain();
        Publish(error, ambient);
    }

    private protected override void OnKilled()
    {
        if (!Begun)
        {
            Drop(); // What it was to run goes back to its pool.
        }

        _hasOutcome = false;
        Publish(null, Ambient.Current);
    }

    private protected override void OnAbortWhileBusy()
    {
        // A task's kind changes while it runs, but none becomes a closure. One that is still queued ends at once.
        TaskBody kind = _kind;
        if (kind is not (TaskBody.Closure or TaskBody.TokenClosure) ||
            (Scheduler is RuntimeScheduler runtime && runtime.BlockingPools.TryAbort(this)))
        {
            return;
        }

        if (kind == TaskBody.TokenClosure && !Join.IsCompleted)
        {
            CancelToken(Scheduler);
        }
    }

    private void CallClosure(RuntimeScheduler runtime)
    {
        if (_kind == TaskBody.TokenClosure)
        {
            CancellationToken token = GetToken();
            if (runtime.IsAborting)
            {
                Abort(); // It began when the others had been told.
            }

            if (typeof(T) == typeof(Unit))
            {
                ((Action<CancellationToken>)_body!)(token);
            }
            else
            {
                _result = ((Func<CancellationToken, T>)_body!)(token);
            }
        }
        else if (typeof(T) == typeof(Unit))
        {
            ((Action)_body!)();
        }
        else
        {
            _result = ((Func<T>)_body!)();
        }
    }

    private bool EndWithoutSource()
    {
        _hasOutcome = true;
        _kind = TaskBody.None;
        return true;
    }

    private ExceptionDispatchInfo? TakeOutcome(FutureSource<T> source, Ambient ambient)
    {
        if (source.State != SourceState.Done)
        {
            // Aborted before its first poll: nothing ran.
            source.Abandon();
            return null;
        }

        if (Cancelled && source.EndsCancelled && source is not YieldLeaf)
        {
            source.Discard(ambient); // All its frames were dropped: no exception was made.
            return null;
        }

        _hasOutcome = true;
        try
        {
            _result = source.Take(_token, ambient, out ExceptionDispatchInfo? error);
            return error;
        }
        catch (FutureCancelledException cancelled)
        {
            // A leaf without state of its own throws when its outcome is taken.
            return ExceptionDispatchInfo.Capture(cancelled);
        }
    }

    // A suspended task leaves its context behind on the thread: who begins enters his own, the default one too.
    private void EnterContext(Ambient ambient)
    {
        ExecutionContext? context = null;
        if (_body is ContextBody wrapped)
        {
            _body = wrapped.Body;
            context = wrapped.Context;
        }

        ContextFlow.Enter(context, ambient);
    }

    private Future<T> CallFutureFunc()
    {
        if (typeof(T) == typeof(Unit))
        {
            Future future = Unsafe.As<Func<Future>>(_body!)(); // SAFETY: _kind and T say so.
            return future.Source is null ? default : new Future<T>(Unsafe.As<FutureSource<T>>(future.Source), future.Token);
        }

        return Unsafe.As<Func<Future<T>>>(_body!)().Owned(); // SAFETY: _kind says so.
    }

    private Future<T> CallTaskFunc()
    {
        // A task of a local set spawns onto the runtime that drives the set.
        FlowingTask flowing = new(Scheduler as RuntimeScheduler ?? Ambient.Current.Scheduler, this);
        Scheduler.Flow(flowing);
        if (Scheduler.FlowingMain is not null)
        {
            Scheduler.FlowingMain = null; // Its spawner's: this one is a task of its own.
        }

        try
        {
            return typeof(T) == typeof(Unit)
                ? TaskLeaf<T>.Await(((Func<Task>)_body!)(), detach: false, flowing)
                : TaskLeaf<T>.Await(((Func<Task<T>>)_body!)(), detach: false, flowing);
        }
        catch
        {
            flowing.Forget(); // There is no Task.
            throw;
        }
    }

    private void Publish(ExceptionDispatchInfo? error, Ambient ambient)
    {
        // A task counts as aborted only if its own strand was: somebody else's cancellation is a failure like any other.
        WasAborted = !_hasOutcome || (Cancelled && error?.SourceException is OperationCanceledException);
        Scheduler scheduler = Scheduler;
        if (WasAborted && scheduler is { IsClosed: true }) // A local set's root that is refused has none.
        {
            _flags |= CellFlags.Shutdown;
        }

        _body = error is null || WasAborted ? null : Detached ? error
            : new FailureHolder(error, scheduler, new FailedTask(KnownId, Site), Failures);
        Status.TransitionToComplete();
        if (Slot >= 0)
        {
            scheduler.Unregister(this, ambient);
        }

        if (_kind is not (TaskBody.Closure or TaskBody.TokenClosure))
        {
            scheduler.Counts?.Ended(ambient);
            scheduler.Observer?.Terminated(this);
        }

        ambient.Completing = true;
        Join.Complete();
        ambient.Completing = false;
        if (Detached && _body is ExceptionDispatchInfo failure)
        {
            scheduler.ReportFailure(failure.SourceException, new FailedTask(KnownId, Site), Failures);
        }
    }

    /// <summary>A body that starts in the context of whoever spawned it.</summary>
    private sealed class ContextBody(object? body, ExecutionContext context)
    {
        internal object? Body { get; } = body;

        internal ExecutionContext Context { get; } = context;
    }
}
