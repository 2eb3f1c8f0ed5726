using System;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace Kioto;

/// <summary>The children of a scope: what fails, what that cancels, and what is to be thrown at the end.</summary>
internal sealed class ScopeGroup(int limit, ScopeFailurePolicy policy) : TaskGroup(limit)
{
    private readonly Lock _endLock = new();

    // INVARIANT: guarded by the lock on the end, from here on; that lock is never held when another one is taken.
    private List<ScopeFailure>? _failures;
    private CancellationTokenSource? _source;
    private ScopeEnd _end;

    // Whether the cancelling has stopped a child, or the body, before its own end.
    private bool _cutOff;

    /// <summary>Whether a deadline or a token may cancel the children.</summary>
    internal bool HasLimit { get; set; }

    internal override string EndName => "the end of a TaskScope";

    internal override NeededEnds NeededAtEnd => HasLimit ? NeededEnds.Unknown : NeededEnds.All;

    /// <summary>Cancelled when the children are. Made when first asked for.</summary>
    /// <returns>The token.</returns>
    internal CancellationToken GetToken()
    {
        CancellationTokenSource source;
        bool cancelled;
        using (_endLock.EnterScope())
        {
            source = _source ??= new CancellationTokenSource();
            cancelled = _end != ScopeEnd.None;
        }

        if (cancelled)
        {
            source.Cancel(); // At most the one who cancels is at it too: callbacks run once.
        }

        return source.Token;
    }

    /// <summary>Cancels the children, and those that are still to come. The first reason counts.</summary>
    /// <param name="end">The reason.</param>
    internal void Cancel(ScopeEnd end)
    {
        if (IsClosed)
        {
            return;
        }

        CancellationTokenSource? source;
        using (_endLock.EnterScope())
        {
            if (_end != ScopeEnd.None)
            {
                return;
            }

            _end = end;
            source = _source;
        }

        TryCancel();
        CancelToken(source);
    }

    /// <summary>The body has failed, or was stopped: the children are cancelled.</summary>
    /// <param name="exception">What left the body.</param>
    /// <returns>What is wrong with it: a failure in the cleanup of a body that was stopped comes inside.</returns>
    internal ExceptionDispatchInfo OnBodyFailed(Exception exception)
    {
        Cancel(ScopeEnd.Body);
        return ExceptionDispatchInfo.Capture(
            exception is OperationCanceledException { InnerException: { } inner } cancelled && cancelled.CancellationToken == GetToken()
                && inner is not OperationCanceledException
                ? inner
                : exception);
    }

    /// <summary>What the scope throws, if it throws. Called once, when all children have ended.</summary>
    /// <param name="body">How the body failed, if that is known.</param>
    /// <param name="token">The token that the options gave.</param>
    /// <returns>The failure with the others attached, or null.</returns>
    internal ExceptionDispatchInfo? Conclude(ExceptionDispatchInfo? body, CancellationToken token)
    {
        List<ScopeFailure> failures;
        ScopeEnd end;
        bool cutOff;
        using (_endLock.EnterScope())
        {
            failures = _failures ?? [];
            end = _end;
            cutOff = _cutOff;
        }

        // Stopped by what cancelled the scope is not failed.
        bool bodyFailed = body is not null &&
            (end is ScopeEnd.None or ScopeEnd.Body || body.SourceException is not (OperationCanceledException or TaskAbortedException));
        cutOff |= body is not null && !bodyFailed;
        if (bodyFailed && !failures.Exists(failure => ReferenceEquals(failure.Error.SourceException, body!.SourceException)))
        {
            // What came first comes first: the failure of a child cancels the body, and the other way round.
            failures.Insert(end == ScopeEnd.Failure ? 1 : 0, new ScopeFailure(body!, null));
        }

        if (end == ScopeEnd.Deadline && cutOff)
        {
            failures.Insert(0, new ScopeFailure(
                ExceptionDispatchInfo.Capture(new TimeoutException(
                    "The tasks of the scope have not ended in time. They were cancelled and have cleaned up.")),
                null));
        }
        else if (failures.Count > 0 && policy == ScopeFailurePolicy.WaitAll && !bodyFailed)
        {
            return ExceptionDispatchInfo.Capture(new AggregateException(
                "Tasks of the scope failed.", failures.ConvertAll(static failure => failure.Error.SourceException)));
        }
        else if (failures.Count == 0 && end == ScopeEnd.Token && cutOff)
        {
            return ExceptionDispatchInfo.Capture(new OperationCanceledException(
                "The token that the scope was given is cancelled.", body?.SourceException, token));
        }

        if (failures.Count == 0)
        {
            return body;
        }

        FurtherFailures.Attach(failures, Failures);
        return failures[0].Error;
    }

    internal override bool OnEmpty() => TryCloseEmpty();

    internal override void CancelWait() => Cancel(ScopeEnd.Enclosing);

    private protected override string Tasks(int count) => count == 1 ? "1 child" : $"{count} children";

    private protected override ObjectDisposedException Closed() => new(
        "TaskScope",
        "The scope has ended: its children can't outlive it. Spawn before its end, or use Kio.Spawn for a task that may.");

    private protected override void OnEnded(GroupMember member)
    {
        ISpawned task = member.Task!;
        ExceptionDispatchInfo? error = task.WasAborted ? null : task.Error;
        bool cancels = false;
        using (_endLock.EnterScope())
        {
            bool cancelled = _end != ScopeEnd.None;
            if (cancelled && (task.WasAborted || error?.SourceException is OperationCanceledException))
            {
                _cutOff = true;
            }
            else if (error is not null)
            {
                (_failures ??= []).Add(new ScopeFailure(error, task));
                cancels = policy == ScopeFailurePolicy.CancelSiblings;
            }
        }

        member.Forget();
        if (cancels)
        {
            Cancel(ScopeEnd.Failure);
        }

        // Only now: the end of the last child is the end of the scope.
        if (RemoveIsLast(member))
        {
            WakeWaiter();
        }
    }

    // User code. It is not part of a strand that may be polled here.
    private static void CancelToken(CancellationTokenSource? source)
    {
        if (source is null)
        {
            return;
        }

        Ambient ambient = Ambient.Current;
        Strand? strand = ambient.Strand;
        ambient.Strand = null;
        try
        {
            source.Cancel();
        }
        catch (AggregateException exception)
        {
            LostFailure.Report(exception, ambient);
        }

        ambient.Strand = strand;
    }
}
