using System;
using System.IO;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks.Sources;

namespace Kioto.Net;

/// <summary>A read or write of a .NET stream that waits: a task of the connection's runtime, with a leaf and no future.</summary>
/// <remarks>
/// It is polled for the first time by the thread that called the stream, which need not be one of the runtime's; when
/// it has been woken, by a worker, who also runs what awaits it. It is used again when its outcome has been taken.
/// </remarks>
internal sealed class AdapterOperation(StreamAdapter owner, bool isRead) : TaskHeader, IValueTaskSource<int>, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<int> _outcome;
    private FutureSource? _source;
    private uint _version;
    private CancellationToken _token;
    private CancellationTokenRegistration _registration;

    // INVARIANT: written before the outcome is published, read by who takes it.
    private bool _isReusable;

    /// <summary>The direction.</summary>
    internal bool IsRead => isRead;

    internal override string BodyName => isRead ? "Stream.ReadAsync" : "Stream.WriteAsync";

    /// <summary>Lets a leaf wait that was polled, and is pending.</summary>
    /// <param name="source">The leaf.</param>
    /// <param name="scheduler">The connection's runtime.</param>
    /// <param name="token">Cancels it.</param>
    /// <returns>The version of the outcome.</returns>
    internal short Begin(FutureSource source, RuntimeScheduler scheduler, CancellationToken token)
    {
        short version = _outcome.Version;
        Ambient ambient = Ambient.Current;
        _source = source;
        _version = source.Version;
        Scheduler = scheduler;
        source.Attach(null, this);
        MarkBegun();
        if (!scheduler.TryRegister(this, ambient))
        {
            // Nobody would wake it: there will be no more events.
            DropFrames();
            _source = null;
            _outcome.SetException(RuntimeGone());
            return version;
        }

        if (token.CanBeCanceled)
        {
            _token = token;
            _registration = token.UnsafeRegister(static state => ((AdapterOperation)state!).Abort(), this);
        }

        // A poll ends in the default context where none flows; the caller goes on in its own.
        ExecutionContext? context = ambient.FlowIsOff ? ExecutionContext.Capture() : null;
        if (Run(ambient) != RunOutcome.Released && TryPutDown())
        {
            scheduler.Schedule(this, ambient);
        }

        if (context is not null)
        {
            ExecutionContext.Restore(context);
        }

        return version;
    }

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _outcome.GetStatus(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _outcome.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _outcome.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _outcome.OnCompleted(continuation, state, token, flags);

    int IValueTaskSource<int>.GetResult(short token) => Take(token);

    void IValueTaskSource.GetResult(short token) => Take(token);

    // The leaf was polled by who began the operation: there is nothing to start.
    private protected override bool BeginBody(Ambient ambient) => Resume(ambient);

    private protected override void Complete(Ambient ambient)
    {
        FutureSource source = _source!;
        if (source.State != SourceState.Done)
        {
            source.SetCancelled();
        }

        int count = 0;
        ExceptionDispatchInfo? error;
        if (source is FutureSource<int> counting)
        {
            count = counting.Take(_version, ambient, out error);
        }
        else
        {
            ((FutureSource<Unit>)source).Take(_version, ambient, out error);
        }

        Exception? failure = error?.SourceException;
        if (failure is FutureCancelledException)
        {
            failure = _token.IsCancellationRequested ? new OperationCanceledException(_token) : RuntimeGone();
        }

        Release(ambient);
        Publish(count, failure is null ? null : owner.AsStreams(failure));
    }

    // Whoever kills tasks is ending the runtime: what awaits this one is not to run on that thread.
    private protected override void OnKilled()
    {
        Release(Ambient.Current);
        ThreadPool.UnsafeQueueUserWorkItem(
            static operation => operation._outcome.SetException(RuntimeGone()), this, preferLocal: false);
    }

    private static IOException RuntimeGone()
    {
        InvalidOperationException gone = Errors.RuntimeGone();
        return new IOException(gone.Message, gone);
    }

    private int Take(short token)
    {
        if (_outcome.GetStatus(token) == ValueTaskSourceStatus.Pending)
        {
            throw new InvalidOperationException("The operation has not ended: await it.");
        }

        try
        {
            return _outcome.GetResult(token);
        }
        finally
        {
            bool isReusable = _isReusable;
            _isReusable = false;
            _outcome.Reset();
            if (isReusable)
            {
                owner.Return(this);
            }
        }
    }

    private void Release(Ambient ambient)
    {
        _registration.Dispose(); // Waits for a callback that is just aborting this: it must not abort the next one.
        _registration = default;
        _token = default;
        _source = null;
        Status.TransitionToComplete();
        Scheduler.Unregister(this, ambient);

        // ORDERING: a closing scheduler sets the flag, then reads its list of live tasks and aborts what it finds. The
        // fence between leaving that list and reading the flag makes sure that an operation which can still be aborted
        // by that sweep is never used again. (A stale waker is harmless: it only wakes.)
        Interlocked.MemoryBarrier();
        _isReusable = !Scheduler.IsClosed && !IsRemembered;
        if (_isReusable)
        {
            ResetHeader();
        }
    }

    // Runs what awaits it, as code of no context and no strand: under the runtime's context .NET would take it to its
    // thread pool at the first ConfigureAwait(false).
    private void Publish(int count, Exception? failure)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        if (context is not null)
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }

        ExecutionContext flowing = ContextFlow.Remember(out bool suppressed);
        if (failure is null)
        {
            _outcome.SetResult(count);
        }
        else
        {
            _outcome.SetException(failure);
        }

        ContextFlow.ComeBack(flowing, suppressed);
        if (!ReferenceEquals(SynchronizationContext.Current, context))
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
